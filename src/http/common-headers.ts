import type { IncomingMessage, ServerResponse } from 'node:http';
import { originHeaders } from './cors.ts';
import type { HeaderList } from './header-list.ts';
import { originOf } from './request-origin.ts';

/** Security headers of every answer: no type sniffing, no frames, no embedding elsewhere, no referrer. */
const secureHeaders: HeaderList = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
];

const prepared = new WeakSet<ServerResponse>();

/**
 * Sets the common headers of an answer that is not cached, with the id of the request and the CORS headers of its
 * origin. Does so once.
 */
export function setCommonHeaders(
  req: IncomingMessage,
  res: ServerResponse,
  origins: readonly string[],
): void {
  if (prepared.has(res)) return;
  prepared.add(res);
  for (const [name, value] of secureHeaders) res.setHeader(name, value);
  res.appendHeader('vary', 'Origin');
  res.setHeader('x-request-id', originOf(req).requestId);
  for (const [name, value] of originHeaders(req, origins)) res.setHeader(name, value);
}

/** The common headers as name, value, name, value, for requests without another origin. */
export const commonHeaders: readonly string[] = secureHeaders.flat();

/** Returns the common headers for a request. */
export function commonHeadersFor(req: IncomingMessage, origins: readonly string[]): readonly string[] {
  if (req.headers.origin === undefined) return commonHeaders;
  const granted = originHeaders(req, origins);
  return granted.length === 0 ? commonHeaders : [...new Map([...secureHeaders, ...granted])].flat();
}
