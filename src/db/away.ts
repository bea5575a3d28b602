import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DomainError } from '../shared/errors.ts';

/** When clients should retry. */
const retryAfterMs = 5_000;

/** The database is unavailable for now: it stopped, starts, has no free connection, or cannot be reached. */
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

/** The error for callers of the API when the database is unavailable; null for any other error. */
export function storeUnavailable(error: unknown, now?: number): StoreUnavailableError | null {
  if (error instanceof StoreUnavailableError) return error;
  return isAway(error) ? new StoreUnavailableError(error, now) : null;
}

/**
 * Whether an error means that the database is unavailable or the connection was lost, so that the same statement may
 * succeed later. Not so: cancelled statements, timeouts of statements, and full disks.
 */
export function isAway(error: unknown): boolean {
  // A provider's failure is not the database's, whatever its cause.
  if (!(error instanceof Error) || error instanceof DomainError) return false;
  const { code = '', syscall, severity } = error as Failure;
  if (severity !== undefined) return awayStates.test(code);
  // The missing socket file of a stopped Postgres.
  if (code === 'ENOENT' && syscall === 'connect') return true;
  return isLost(error) || isPgLoss(error) || causesOf(error).some(isAway);
}

/** Whether an error means that its connection is lost and cannot send any more. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall, severity } = error as Failure;
  if (severity !== undefined) return severity === 'FATAL' || severity === 'PANIC';
  return /^CONNECT(?:ION)?_/.test(code) || (syscall !== undefined && socketCodes.has(code)) || isEnded(error);
}

/** Whether another session held a lock for longer than the lock timeout. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as Failure).code === '55P03' ||
    (!(error instanceof DomainError) && causesOf(error).some(isLockTimeout)));

/** Whether a unique value exists already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && ((error as Failure).code === '23505' || causesOf(error).some(isDuplicate));

/** Whether a transaction changed a row that another has changed since its snapshot. */
export const isSerializationFailure = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as Failure).code === '40001' || causesOf(error).some(isSerializationFailure));

/** Whether the database does not support a statement, as when Citus refuses one over rows of several nodes. */
export const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && ((error as Failure).code === '0A000' || causesOf(error).some(isUnsupported));

const retryMs = 250;

/** Does the work, and repeats it while the database is unavailable. Gives up when `stopped` is aborted. */
export async function whenBack<T>(work: () => Promise<T>, stopped: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || stopped.aborted) throw error;
      await sleep(retryMs, undefined, { signal: stopped }).catch(() => {});
    }
  }
}

type Failure = Error & { readonly code?: string; readonly syscall?: string; readonly severity?: string };

/**
 * SQLSTATEs: connection exceptions; shutting down, crashed, cannot connect now; and sessions that were ended because
 * they were idle. Other FATAL errors (a wrong password, a missing database) do not pass by themselves.
 */
const awayStates = /^(?:08...|57P0[1-3]|57P05|25P0[34]|53300)$/;

/** Error codes of sockets and name lookups. */
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

/**
 * Node's error, without a system call, for a write after the other side ended the connection and before the socket is
 * closed.
 */
const isEnded = ({ message, code }: Failure): boolean =>
  code === 'EPIPE' && message === 'This socket has been ended by the other party';

/** The errors of `pg`, BullMQ's client, have no code. */
const isPgLoss = ({ message }: Error): boolean =>
  /^(?:Connection terminated|timeout expired$|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    message,
  );

/** The errors inside an error: Drizzle wraps each, and a connection to several addresses has one for each. */
function causesOf(error: Error): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors;
  return error instanceof DrizzleQueryError ? [error.cause] : [];
}
