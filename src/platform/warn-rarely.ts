import type { Logger } from 'pino';

/** How long the same warning is counted before it is written again. */
export const rarelyMs = 30_000;
/** Codes of errors come from outside: so many kinds of a logger are remembered. */
const maxKinds = 100;

type Written = { at: number; more: number };

const writtenBy = new WeakMap<Logger, Map<string, Written>>();

/**
 * Logs a warning that an outage brings many times a second. The first of its kind (message and code of the error) is
 * written at once; then one line in 30 seconds at most, whose `more` says how many were left out before it.
 */
export function warnRarely(
  log: Logger,
  fields: { readonly err: unknown; readonly [more: string]: unknown },
  message: string,
  now = performance.now(),
): void {
  const kinds = writtenBy.get(log) ?? new Map<string, Written>();
  writtenBy.set(log, kinds);
  const kind = `${message} ${codeOf(fields.err)}`;
  const written = kinds.get(kind);
  if (written !== undefined && now - written.at < rarelyMs) {
    written.more++;
    return;
  }
  if (kinds.size >= maxKinds) kinds.clear();
  kinds.set(kind, { at: now, more: 0 });
  log.warn(written === undefined || written.more === 0 ? fields : { ...fields, more: written.more }, message);
}

const codeOf = (err: unknown): string => String((err as { readonly code?: unknown } | null)?.code ?? '');
