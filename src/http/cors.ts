import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOrigin, isAllowedOrigin } from './origin.ts';
import type { HeaderList } from './header-list.ts';

// https://fetch.spec.whatwg.org/#http-cors-protocol. Access-Control-Allow-Credentials is never sent: a browser then
// sends no cookies, and a page that needs to authenticate does so with a header.

/** How long a browser may cache the answer to a preflight, in seconds: the maximum of Chrome. */
const maxAgeSeconds = 7_200;

/** Returns the headers that let a page of an allowed origin read the answer; none for other pages. */
export function originHeaders({ headers }: IncomingMessage, origins: readonly string[]): HeaderList {
  const { origin } = headers;
  if (!isAllowedOrigin(origin, origins)) return [];
  return [
    ['access-control-allow-origin', origin],
    [
      'access-control-expose-headers',
      'Allow, ETag, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, X-Larkstat-Cache, X-Request-Id',
    ],
    ['cross-origin-resource-policy', 'cross-origin'],
  ];
}

/** Whether a request is a CORS preflight. */
export function isPreflight(req: IncomingMessage): boolean {
  const { origin, 'access-control-request-method': method } = req.headers;
  return req.method === 'OPTIONS' && origin !== undefined && method !== undefined;
}

/** Answers a preflight: a page of an allowed origin may send any header. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse, origins: readonly string[]): void {
  checkOrigin(req, { origins });
  const asked = req.headers['access-control-request-headers'];
  res.appendHeader('vary', 'Access-Control-Request-Method, Access-Control-Request-Headers');
  res.setHeader('access-control-allow-methods', 'GET, POST');
  if (asked !== undefined) res.setHeader('access-control-allow-headers', asked);
  // Chrome sends this for pages of public addresses that access a private one.
  if (req.headers['access-control-request-private-network'] === 'true') {
    res.setHeader('access-control-allow-private-network', 'true');
  }
  res.setHeader('access-control-max-age', maxAgeSeconds);
  res.writeHead(204).end();
}
