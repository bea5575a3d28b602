import type { Logger } from 'pino';
import { storeUnavailable } from '../db/away.ts';
import { logged, type RequestOrigin } from '../graphql/request-origin.ts';
import { DiskFullError } from '../shared/disk-full.ts';
import { DomainError } from '../shared/errors.ts';
import { domainHttpError, HttpError, retryAfter } from './errors.ts';

/** Returns the HTTP error for a failed request. Logs failures that the caller did not cause. */
export function toHttpError(error: unknown, log: Logger, origin: RequestOrigin): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof DiskFullError) {
    log.error({ err: error, ...logged(origin) }, 'a request failed, as a disk is full');
    return new HttpError(507, error.code, error.message);
  }
  const away = storeUnavailable(error);
  if (away !== null) {
    log.warn({ err: error, ...logged(origin) }, 'a request failed, as the database is away');
    return new HttpError(503, away.code, away.message, retryAfter(away));
  }
  if (error instanceof DomainError) return domainHttpError(error);
  log.error({ err: error, ...logged(origin) }, 'a request failed unexpectedly');
  const { requestId } = origin;
  return new HttpError(
    500,
    'INTERNAL',
    `Unexpected error. The log has more under the request id ${requestId}`,
  );
}
