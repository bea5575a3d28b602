import type { IncomingMessage, ServerResponse } from 'node:http';
import { originHeaders } from './cors.ts';
import type { HeaderList } from './header-list.ts';
import { originOf } from './request-origin.ts';

/** What every answer says to browsers: do not guess types, frame, embed elsewhere, or tell where links came from. */
const secureHeaders: HeaderList = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
];

const prepared = new WeakSet<ServerResponse>();

/** Gives an answer the headers that all answers have but those that are kept: the request's id and those for its page's origin among them; once. */
export function prepare(req: IncomingMessage, res: ServerResponse, origins: readonly string[]): void {
  if (prepared.has(res)) return;
  prepared.add(res);
  for (const [name, value] of secureHeaders) res.setHeader(name, value);
  res.appendHeader('vary', 'Origin');
  res.setHeader('x-request-id', originOf(req).requestId);
  for (const [name, value] of originHeaders(req, origins)) res.setHeader(name, value);
}

/** The same headers as name, value, name, value, for requests that come from no page of another origin. */
export const commonHeaders: readonly string[] = secureHeaders.flat();

/** The same for a request. */
export function standingHeaders(req: IncomingMessage, origins: readonly string[]): readonly string[] {
  if (req.headers.origin === undefined) return commonHeaders;
  const granted = originHeaders(req, origins);
  return granted.length === 0 ? commonHeaders : [...new Map([...secureHeaders, ...granted])].flat();
}
