import type { Context } from '../../graphql/context.ts';
import { fetchableOf, type FetchableStream } from '../../shared/fetchable.ts';
import type { StreamRow } from './query.ts';

/** The service that fetches stale streams again. */
type Refreshing = {
  /** How old the newest collection may be before a stream counts as stale. */
  readonly afterMs: number;
  /** Requests a fetch and returns at once. The caller does not learn of errors. */
  refresh(stream: FetchableStream, now: Date): void;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly refreshing: Refreshing;
  }
}

/** Whether the newest collection is older than the refresh interval, or missing. */
export function isStale({ fetchedAt }: StreamRow, { now, services, reads }: Context): boolean {
  if (fetchedAt === null) return true;
  const leftMs = fetchedAt.getTime() + services.refreshing.afterMs - now.getTime();
  if (leftMs >= 0) reads.keep(leftMs);
  return leftMs < 0;
}

/** How often a fetch of a stale stream is requested again: the last one may have failed. */
const askAgainMs = 60_000;

/**
 * Returns the stream, and requests a fetch when it is tracked and stale. Not for a share, because a fetch may cost
 * money.
 */
export function refreshIfStale<Row extends StreamRow | null>(stream: Row, context: Context): Row {
  if (context.caller.share !== null) return stream;
  if (stream !== null && stream.trackEveryMs !== null && isStale(stream, context)) {
    const { streamId } = stream;
    context.reads.keep(askAgainMs);
    context.services.refreshing.refresh({ streamId, target: fetchableOf(stream) }, context.now);
  }
  return stream;
}
