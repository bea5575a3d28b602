import type { Context } from '../../graphql/context.ts';
import { fetchableOf, type FetchableStream } from '../../shared/fetchable.ts';
import type { StreamRow } from './query.ts';

/** What this part asks of those who fetch: what is stale is fetched again. */
type Refreshing = {
  /** How old the newest collection may be before a stream counts as stale. */
  readonly afterMs: number;
  /** Asks for a fetch and returns at once; whatever goes wrong is not the caller's concern. */
  refresh(stream: FetchableStream, now: Date): void;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly refreshing: Refreshing;
  }
}

/** Whether the newest collection is older than the refresh interval, or there is none. */
export function isStale({ fetchedAt }: StreamRow, { now, services, reads }: Context): boolean {
  if (fetchedAt === null) return true;
  const leftMs = fetchedAt.getTime() + services.refreshing.afterMs - now.getTime();
  if (leftMs >= 0) reads.keep(leftMs);
  return leftMs < 0;
}

/** A stale stream is asked for again this often: the fetch may have failed. */
const askAgainMs = 60_000;

/** The stream as it is; one that is tracked and stale is brought up to date meanwhile, which may cost money: not for a share. */
export function refreshIfStale<Row extends StreamRow | null>(stream: Row, context: Context): Row {
  if (context.caller.share !== null) return stream;
  if (stream !== null && stream.trackEveryMs !== null && isStale(stream, context)) {
    const { streamId } = stream;
    context.reads.keep(askAgainMs);
    context.services.refreshing.refresh({ streamId, target: fetchableOf(stream) }, context.now);
  }
  return stream;
}
