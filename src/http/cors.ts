import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOrigin, isAllowedOrigin } from './origin.ts';

// https://fetch.spec.whatwg.org/#http-cors-protocol. Access-Control-Allow-Credentials is never sent: a browser then
// sends no cookies along, and a page that needs to say who it is does so by a header of its own.

/** How long a browser may keep the answer to a preflight, in seconds: Chrome's most. */
const maxAgeSeconds = 7_200;

/** Lets a page of an allowed origin read the answer. Every answer says that it depends on the origin. */
export function grantOrigin(req: IncomingMessage, res: ServerResponse, origins: readonly string[]): void {
  res.appendHeader('vary', 'Origin');
  const { origin } = req.headers;
  if (!isAllowedOrigin(origin, origins)) return;
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader(
    'access-control-expose-headers',
    'Allow, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate',
  );
  res.setHeader('cross-origin-resource-policy', 'cross-origin');
}

/** Whether a browser asks what a page may send. */
export function isPreflight(req: IncomingMessage): boolean {
  const { origin, 'access-control-request-method': method } = req.headers;
  return req.method === 'OPTIONS' && origin !== undefined && method !== undefined;
}

/** Answers a preflight: any header may be sent by a page that may ask at all. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse, origins: readonly string[]): void {
  checkOrigin(req, { origins });
  const asked = req.headers['access-control-request-headers'];
  res.appendHeader('vary', 'Access-Control-Request-Method, Access-Control-Request-Headers');
  res.setHeader('access-control-allow-methods', 'GET, POST');
  if (asked !== undefined) res.setHeader('access-control-allow-headers', asked);
  // Chrome asks for pages of public addresses that want to reach a private one.
  if (req.headers['access-control-request-private-network'] === 'true') {
    res.setHeader('access-control-allow-private-network', 'true');
  }
  res.setHeader('access-control-max-age', maxAgeSeconds);
  res.writeHead(204).end();
}
