import { PothosValidationError } from '@pothos/core';
import { DrizzleQueryError } from 'drizzle-orm';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isLockTimeout, storeUnavailable } from '../db/away.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { DomainError, type ErrorCode, errorCodes } from '../shared/errors.ts';
import { isNameOf } from '../shared/names.ts';
import { redact } from '../shared/secrets.ts';
import { logged, type RequestOrigin } from './request-origin.ts';

/**
 * Returns the error that clients see. An expected error keeps its code, message and retryAt. A document that is not
 * valid GraphQL is BAD_INPUT. Anything else is INTERNAL, with a request id that the log has, too.
 */
export function maskError(error: unknown, origin: RequestOrigin, log: Logger): GraphQLError {
  const cause = originalOf(error);
  const { requestId } = origin;
  if (cause instanceof DomainError) {
    return rewrap(error, cause.message, cause.code, {
      ...(cause.retryAt ? { retryAt: cause.retryAt.toISOString() } : {}),
      ...httpOf(error),
    });
  }
  // At run time Pothos refuses only ids: those of another type than the argument takes.
  if (cause instanceof PothosValidationError) return rewrap(error, cause.message, 'BAD_INPUT', {});
  if (isOutOfTime(cause)) {
    return rewrap(
      error,
      'The query took longer than allowed: ask for less, or a shorter range',
      'TIMEOUT',
      {},
    );
  }
  if (isLockTimeout(cause)) {
    return rewrap(error, 'Somebody else is writing to the same stream: try again', 'TIMEOUT', {});
  }
  const away = storeUnavailable(cause);
  if (away !== null) {
    warnRarely(log, { err: cause, ...logged(origin) }, 'a request failed, as the database is away');
    return rewrap(error, away.message, away.code, { retryAt: away.retryAt?.toISOString() });
  }
  const full = databaseFull(cause);
  if (full !== null) {
    log.error({ err: full, ...logged(origin) }, 'a request failed, as the disk of the database is full');
    return rewrap(error, full.message, full.code, {});
  }
  // Without another error as its cause, the error is from GraphQL itself.
  if (error instanceof GraphQLError && cause instanceof GraphQLError) {
    return rewrap(error, error.message, codeOfGraphql(error), httpOf(error));
  }
  log.error({ err: cause, ...logged(origin) }, 'a request failed unexpectedly');
  return rewrap(error, `Unexpected error. The log has more under the request id ${requestId}`, 'INTERNAL', {
    requestId,
  });
}

/** Returns the code that `maskError` gives to an error. */
export function codeOf(error: unknown): ErrorCode {
  const cause = originalOf(error);
  if (cause instanceof DomainError) return cause.code;
  if (cause instanceof PothosValidationError) return 'BAD_INPUT';
  if (isOutOfTime(cause) || isLockTimeout(cause)) return 'TIMEOUT';
  const known = storeUnavailable(cause) ?? databaseFull(cause);
  if (known !== null) return known.code;
  return error instanceof GraphQLError && cause instanceof GraphQLError ? codeOfGraphql(error) : 'INTERNAL';
}

/** The code of an error from GraphQL itself: a syntax error, an unknown field, a variable of the wrong type. */
const codeOfGraphql = ({ extensions: { code } }: GraphQLError): ErrorCode =>
  isNameOf(errorCodes, code) ? code : 'BAD_INPUT';

/**
 * Returns the HTTP status that Yoga takes from an error. With `spec`, clients of plain JSON get 200 instead, which is
 * meant for errors in documents. A request without a document (BAD_REQUEST in Yoga) is a 400 for everybody.
 */
function httpOf(error: unknown): { readonly http?: object } {
  if (!(error instanceof GraphQLError) || !error.extensions.http) return {};
  const http = error.extensions.http as object; // safe: Yoga and http/ alone write it
  return { http: error.extensions.code === 'BAD_REQUEST' ? { ...http, spec: false } : http };
}

/** Returns the error that was thrown, without the layers that GraphQL and Drizzle put around it. */
function originalOf(error: unknown): unknown {
  let at = error;
  while (at instanceof GraphQLError && at.originalError) at = at.originalError;
  if (at instanceof DrizzleQueryError && at.cause) return at.cause;
  return at;
}

/** Postgres' query_canceled: the statement timeout ran out. */
function isOutOfTime(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014';
}

/** The longest message, in characters; the rest is cut off. */
const maxMessage = 1_000;

function rewrap(
  error: unknown,
  message: string,
  code: ErrorCode,
  more: Record<string, unknown>,
): GraphQLError {
  const place = error instanceof GraphQLError ? error : null;
  // Messages quote what was given, which may be a text of a megabyte.
  const clean = redact(message);
  const short = clean.length > maxMessage ? `${clean.slice(0, maxMessage).toWellFormed()}…` : clean;
  return new GraphQLError(short, {
    nodes: place?.nodes ?? null,
    source: place?.source ?? null,
    positions: place?.positions ?? null,
    path: place?.path ?? null,
    extensions: { ...more, code },
  });
}
