type Failure = Error & { code?: string };

/** SQLSTATEs of Citus' own for the failure of a COPY on a worker: an internal error, and an error of input or output. */
const lost = new Set(['XX000', '58030']);

/** The SQLSTATE that each message has on one node, as far as anybody acts on it. */
const states: readonly (readonly [message: RegExp, code: string])[] = [
  [/: No space left on device$|^could not extend file .*: wrote only/, '53100'],
  [/^canceling statement due to lock timeout$/, '55P03'],
  [/^terminating connection due to administrator command$/, '57P01'],
  // The worker is gone.
  [/^failed to complete COPY on /, '08006'],
];

/**
 * Citus reports the failure of a COPY on a worker with the worker's message, but not with its SQLSTATE. Sets that again,
 * where the message tells it, and returns the error.
 */
export function restoreState(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const failure: Failure = error;
  if (!lost.has(failure.code ?? '')) return error;
  const known = states.find(([message]) => message.test(failure.message));
  if (known !== undefined) failure.code = known[1];
  return error;
}
