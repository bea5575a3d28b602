import { randomUUID } from 'node:crypto';

/** What a request is called in the log, and in the answers of whoever sent it. */
export type RequestOrigin = {
  readonly requestId: string;
  /** The trace that the caller says it belongs to; null without one. */
  readonly traceId: string | null;
};

/** A new origin, for what comes by no request of HTTP. */
export const newOrigin = (): RequestOrigin => ({ requestId: randomUUID(), traceId: null });

/** The fields of a log line. */
export const logged = ({ requestId, traceId }: RequestOrigin) =>
  traceId === null ? { requestId } : { requestId, traceId };

const errors = new WeakMap<object, RequestOrigin>();

/** Notes which request an error belongs to: whoever masks it later is not told. */
export function noteOrigin(error: unknown, origin: RequestOrigin): void {
  if (typeof error === 'object' && error !== null) errors.set(error, origin);
}

/** The request that an error belongs to; a new origin when nobody noted one. */
export function originOfError(error: unknown): RequestOrigin {
  return (typeof error === 'object' && error !== null ? errors.get(error) : undefined) ?? newOrigin();
}
