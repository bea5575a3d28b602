// Scripts, fonts and pictures are the server's own files; nothing comes from another host. Styles may be inline: charts'
// tooltips write style attributes, and dialogs add a <style>. https://www.w3.org/TR/CSP3/

/**
 * The headers of a page of the dashboard beside those of every answer. No page may be put into a frame of another origin,
 * where clicks could be stolen: what may be embedded has its own path, and is let in here, with its X-Frame-Options.
 */
export function pagePolicy(_path: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "font-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
  };
}
