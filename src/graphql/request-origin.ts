import { randomUUID } from 'node:crypto';

/** The ids of a request, in the log and in its response. */
export type RequestOrigin = {
  readonly requestId: string;
  /** The trace id that the caller sent; null without one. */
  readonly traceId: string | null;
};

/** Returns a new origin, for work without an HTTP request. */
export const newOrigin = (): RequestOrigin => ({ requestId: randomUUID(), traceId: null });

/** Returns the fields of a log line. */
export const logged = ({ requestId, traceId }: RequestOrigin) =>
  traceId === null ? { requestId } : { requestId, traceId };

const errors = new WeakMap<object, RequestOrigin>();

/** Records which request an error belongs to, for the code that masks the error later. */
export function noteOrigin(error: unknown, origin: RequestOrigin): void {
  if (typeof error === 'object' && error !== null) errors.set(error, origin);
}

/** Returns the request that an error belongs to; a new origin when none was recorded. */
export function originOfError(error: unknown): RequestOrigin {
  return (typeof error === 'object' && error !== null ? errors.get(error) : undefined) ?? newOrigin();
}
