// Scripts, fonts and pictures are the server's own files; nothing comes from another host. Styles may be inline: charts'
// tooltips write style attributes, and dialogs add a <style>. https://www.w3.org/TR/CSP3/
const policyOf = (ancestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
  ].join('; ');

/**
 * The headers of a page of the dashboard beside those of every answer. No page may be put into a frame of another origin,
 * where clicks could be stolen.
 */
export const pagePolicy: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf("'none'"),
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * The same for a page that any site may put into a frame: see `framing.ts`. It is not kept, as it may be framed no longer
 * than its share lasts.
 */
export const framedPolicy: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf('*'),
  'cache-control': 'no-store',
};
