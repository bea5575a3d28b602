// Everything is in the page itself: scripts and styles inline, workers as blobs, fonts and pictures as data.
// So only the server's own address is allowed, and no page may frame it to steal clicks.

/** The headers of both pages: the login page turns into the requested page, under its own policy. */
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
