import type { Logger } from 'pino';
import { storeUnavailable } from '../db/away.ts';
import { DiskFullError } from '../shared/disk-full.ts';
import { DomainError } from '../shared/errors.ts';
import { domainHttpError, HttpError, retryAfter } from './errors.ts';

/** What a request is refused with that failed in this way. Logs what is not the caller's doing. */
export function toHttpError(error: unknown, log: Logger): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof DiskFullError) {
    log.error({ err: error }, 'a request failed, as a disk is full');
    return new HttpError(507, error.code, error.message);
  }
  const away = storeUnavailable(error);
  if (away !== null) {
    log.warn({ err: error }, 'a request failed, as the database is away');
    return new HttpError(503, away.code, away.message, retryAfter(away));
  }
  if (error instanceof DomainError) return domainHttpError(error);
  log.error({ err: error }, 'a request failed unexpectedly');
  return new HttpError(500, 'INTERNAL', 'Unexpected error. The log has more');
}
