import { withoutDoubles } from '../ingest/write/doubles.ts';
import { findOrCreateAccount, findOrCreateTopic } from '../streams/create.ts';
import { ingest } from '../streams/ingest.ts';
import { must } from '../shared/errors.ts';
import type { FetchedPage, FetchProviderName } from '../providers/fetch-provider.ts';
import type { AccountProfile, NormalisedPost } from '../shared/post.ts';
import type { JobEvent } from '../jobs/events.ts';
import { JobPausedError } from '../jobs/pause.ts';
import type { FetchPayload } from '../jobs/payloads.ts';
import type { JobRun } from '../jobs/job-run.ts';
import type { Chain } from './chain.ts';
import type { Coverage } from './coverage.ts';
import type { FetchCursor } from './cursor.ts';
import { firstFetchPosts } from './quote.ts';
import { nameStream, recordDelivery, saveCovered, saveNewestReply } from './store.ts';
import type { Place } from './walk.ts';

/** After this time, a job yields to other jobs: a hundred accounts share one worker. */
const sliceMs = 20_000;

/** The state of a fetch, once its target is resolved. */
export type FetchWork = {
  readonly run: JobRun;
  readonly chain: Chain;
  readonly payload: FetchPayload;
  /** Null until the first page of a new stream is written. */
  streamId: number | null;
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  cursor: Omit<FetchCursor, 'streamId'>;
  /** Posts fetched so far, over all attempts. */
  fetched: number;
  /** Why providers changed, for people. */
  readonly notes: Set<string>;
};

/** Returns how many more posts may be fetched; null: any number. */
export function wanted({ payload, cursor, fetched }: FetchWork): number | null {
  const limit = payload.limit ?? (cursor.first && !payload.full ? firstFetchPosts : null);
  return limit === null ? null : Math.max(0, limit - fetched);
}

/** Yields to other jobs when this job's slice has passed. */
export function yieldSlice({ run }: FetchWork): void {
  run.signal.throwIfAborted();
  if (run.elapsedMs() > sliceMs) throw new JobPausedError('Waiting for its turn', null);
}

/**
 * Returns the stream. A new stream is created only when its first page is written, so that a refused job leaves nothing
 * behind.
 */
export async function ensureStream(work: FetchWork): Promise<number> {
  if (work.streamId !== null) return work.streamId;
  const { run, account, payload } = work;
  const { sql } = run.db;
  if (account !== null) work.streamId = await findOrCreateAccount(sql, account);
  else if (payload.target.kind === 'topic')
    work.streamId = await findOrCreateTopic(sql, payload.target.query);
  const streamId = must(work.streamId, 'the target is an account or a topic');
  await nameStream(sql, run.job, streamId);
  return streamId;
}

/** The range that a page of a walk covers, and where the walk continues. */
export type Covered = {
  readonly before: Coverage;
  readonly range: readonly [from: string, to: string] | null;
  readonly place: Place | null;
};

/**
 * Returns an event that a provider took over, and why; null without a reason. The same event in the next gap is
 * recorded once.
 */
export const takeover = (provider: FetchProviderName, reason: string | null): JobEvent | null =>
  reason === null ? null : { message: `${provider} took over: ${reason}`, provider, once: true };

/** Writes a page, its deletions and the cursor in one transaction. */
export async function writePage(
  work: FetchWork,
  page: Pick<FetchedPage, 'posts' | 'rejected' | 'deleted' | 'edits'> & {
    /** The root post when the page's posts are replies. */
    readonly rootId?: string;
  },
  provider: FetchProviderName,
  covered: Covered | null,
  {
    left = null,
    event = null,
  }: {
    /** Posts still to come after the page; null: use `wanted`. */
    readonly left?: number | null;
    /** The event that another provider took over. */
    readonly event?: JobEvent | null;
  } = {},
): Promise<void> {
  const { run, account } = work;
  const streamId = await ensureStream(work);
  const posts: readonly NormalisedPost[] = await withoutDoubles(
    run.db.sql,
    { streamId, platform: 'X' },
    page.posts,
    // An edit may change neither text nor date; the later version is kept.
    new Set(page.edits?.flat()),
  );
  const cursor: FetchCursor = {
    ...work.cursor,
    streamId,
    place: covered?.place ?? null,
    notes: [...work.notes],
  };
  const total = totalOf(work, posts.length, left);
  await ingest(run.db.sql, {
    streamId,
    platform: 'X',
    provider,
    pages: [
      {
        account,
        posts,
        rejected: page.rejected,
        deleted: page.deleted,
        ...(page.edits && { edits: page.edits }),
        cursor: JSON.stringify(cursor),
        total,
      },
    ],
    read: (post) => post,
    now: run.now,
    onWritten: async (tx, outcome) => {
      if (covered?.range) await saveCovered(tx, streamId, covered.before, covered.range);
      if (page.rootId !== undefined) await saveNewestReply(tx, streamId, page.rootId, page);
      await run.countWritten(tx, streamId, outcome, { message: describe(provider, work), event });
      await recordDelivery(tx, run.job, provider, page.rejected);
    },
  });
  work.fetched += posts.length;
}

function totalOf(work: FetchWork, posts: number, left: number | null): number | null {
  if (left !== null) return work.fetched + posts + left;
  const want = wanted(work);
  return want === null ? null : work.fetched + want;
}

function describe(provider: FetchProviderName, { notes }: FetchWork): string {
  return [`Fetching from ${provider}`, ...notes].join('; ');
}
