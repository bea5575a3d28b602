import type { Logger } from 'pino';

/** How long repeated warnings are only counted. */
export const rarelyMs = 30_000;
/** Most kinds of warnings that are remembered per logger, since error codes come from outside. */
const maxKinds = 100;

type Written = { at: number; more: number };

const writtenBy = new WeakMap<Logger, Map<string, Written>>();

/**
 * Logs a warning that may occur many times a second during an outage. The first of its kind (message and error code) is
 * written at once; then at most one line in 30 seconds, whose `more` is the number of omitted ones.
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
