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
 * The headers of a page of the dashboard, besides those of every answer. No page of another origin may frame it,
 * because that allows clickjacking.
 */
export const pagePolicy: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf("'none'"),
  'cross-origin-opener-policy': 'same-origin',
};

/** The headers of a page that any site may frame: see `framing.ts`. It is not cached, because its share may end. */
export const framedPolicy: Readonly<Record<string, string>> = {
  'content-security-policy': policyOf('*'),
  'cache-control': 'no-store',
};
