// Everything is in the page itself: scripts and styles inline, workers as blobs, fonts and pictures as data.
// So no address but the server's own is allowed, and nobody may put the page into a frame to steal clicks.

/** The headers of every page: the one that asks for a key becomes the one it was asked for, under its own policy. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'unsafe-inline' blob:",
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
} as const;
