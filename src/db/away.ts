import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DomainError } from '../shared/errors.ts';

/** A client is told to come back after this long. */
const retryAfterMs = 5_000;

/** The database does not answer for now: it stopped, starts, has no connection left, or cannot be reached. */
export class StoreUnavailableError extends DomainError {
  override readonly name: string = 'StoreUnavailableError';
  constructor(cause: unknown, now = Date.now()) {
    const retryAt = new Date(now + retryAfterMs);
    super('STORE_UNAVAILABLE', `The database is away: try again at ${retryAt.toISOString()}`, {
      cause,
      retryAt,
    });
  }
}

/** The error as callers of the API are told it, when it says that the database is away; null for any other. */
export function storeUnavailable(error: unknown, now?: number): StoreUnavailableError | null {
  if (error instanceof StoreUnavailableError) return error;
  return isAway(error) ? new StoreUnavailableError(error, now) : null;
}

/**
 * Whether an error says that the database is away, or that the connection to it was lost: the same statement may
 * succeed later. A statement that was cancelled, or ran out of time, is not meant, nor a disk that is full.
 */
export function isAway(error: unknown): boolean {
  // What a provider failed with is no matter of the database, whatever its cause.
  if (!(error instanceof Error) || error instanceof DomainError) return false;
  const { code = '', syscall, severity } = error as Failure;
  if (severity !== undefined) return awayStates.test(code);
  // The socket file of a Postgres that is not up.
  if (code === 'ENOENT' && syscall === 'connect') return true;
  return isLost(error) || isPgLoss(error) || below(error).some(isAway);
}

/** Whether an error says that its connection is gone, so that nothing can be sent over it any more. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall, severity } = error as Failure;
  if (severity !== undefined) return severity === 'FATAL' || severity === 'PANIC';
  return /^CONNECT(?:ION)?_/.test(code) || (syscall !== undefined && socketCodes.has(code)) || isEnded(error);
}

/** Whether somebody else held a lock for longer than this connection waits for one. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as Failure).code === '55P03' ||
    (!(error instanceof DomainError) && below(error).some(isLockTimeout)));

/** Whether a row with the same value of a unique column is there already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && ((error as Failure).code === '23505' || below(error).some(isDuplicate));

/** Whether a transaction of one snapshot met a row that another transaction has changed since. */
export const isSerializationFailure = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as Failure).code === '40001' || below(error).some(isSerializationFailure));

/** Whether the database does not do such a thing: a cluster refuses statements over rows of several nodes. */
export const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && ((error as Failure).code === '0A000' || below(error).some(isUnsupported));

const askAgainMs = 250;

/** Does what needs the database as soon as that answers. Gives up when it is told to stop. */
export async function whenBack<T>(work: () => Promise<T>, stopped: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || stopped.aborted) throw error;
      await sleep(askAgainMs, undefined, { signal: stopped }).catch(() => {});
    }
  }
}

type Failure = Error & { readonly code?: string; readonly syscall?: string; readonly severity?: string };

/**
 * SQLSTATEs: connection exceptions; shut down, crashed, cannot connect now; and sessions that were ended for standing
 * idle. Those that are FATAL and not here (a wrong password, a database that is not there) do not pass by themselves.
 */
const awayStates = /^(?:08...|57P0[1-3]|57P05|25P0[34]|53300)$/;

/** Of sockets and name lookups. */
const socketCodes = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Node's word, with no system call, for a write after the other side said goodbye and before the socket is closed. */
const isEnded = ({ message, code }: Failure): boolean =>
  code === 'EPIPE' && message === 'This socket has been ended by the other party';

/** `pg`, which BullMQ brings, gives its own errors no code. */
const isPgLoss = ({ message }: Error): boolean =>
  /^(?:Connection terminated|timeout expired$|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    message,
  );

/** What an error stands for: Drizzle puts one around each, and of several addresses each has its own. */
function below(error: Error): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors;
  return error instanceof DrizzleQueryError ? [error.cause] : [];
}
