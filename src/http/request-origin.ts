import type { IncomingMessage } from 'node:http';
import { newOrigin, type RequestOrigin } from '../graphql/request-origin.ts';

/** What others make: UUIDs, ULIDs, hexadecimal digits, with the usual signs between. */
const wellFormed = /^[\w.:=+/-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header; of zeros alone is none. */
const traceParent = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** Where a request keeps its origin. A WeakMap would be work for the garbage collector at each request. */
const known = Symbol('origin');
type Request = IncomingMessage & { [known]?: RequestOrigin };

/** Has the log call a request by the trace of its span: a caller may have sent none. */
export function noteTrace(req: Request, traceId: string | null): void {
  req[known] = { ...originOf(req), traceId };
}

/** The id of a request: its X-Request-Id when that is well-formed, else a new one. The same at each call. */
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
