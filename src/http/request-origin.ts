import type { IncomingMessage } from 'node:http';
import { newOrigin, type RequestOrigin } from '../graphql/request-origin.ts';

/** Ids of common kinds: UUIDs, ULIDs, hexadecimal digits, with the usual separators. */
const wellFormed = /^[\w.:=+/-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header; an id of zeros is invalid. */
const traceParent = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** The key of the origin on a request. A WeakMap would burden the garbage collector at each request. */
const known = Symbol('origin');
type Request = IncomingMessage & { [known]?: RequestOrigin };

/** Sets the trace id of a request to that of its span: the caller may have sent none. */
export function noteTrace(req: Request, traceId: string | null): void {
  req[known] = { ...originOf(req), traceId };
}

/** Returns the origin of a request: its X-Request-Id when that is well-formed, else a new one. The same at each call. */
export function originOf(req: Request): RequestOrigin {
  const before = req[known];
  if (before !== undefined) return before;
  const { 'x-request-id': id, traceparent } = req.headers;
  const made = newOrigin();
  const origin = {
    requestId: typeof id === 'string' && wellFormed.test(id) ? id : made.requestId,
    traceId: typeof traceparent === 'string' ? (traceParent.exec(traceparent)?.[1] ?? null) : null,
  };
  req[known] = origin;
  return origin;
}
