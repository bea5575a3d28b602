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
import { nameStream, noteDelivery, saveCovered, saveNewestReply } from './store.ts';
import type { Place } from './walk.ts';

/** After this long a job lets others have their turn: a hundred accounts share one worker. */
const sliceMs = 20_000;

/** What a fetch works with, once it is known whose posts it is about. */
export type FetchWork = {
  readonly run: JobRun;
  readonly chain: Chain;
  readonly payload: FetchPayload;
  /** Null until the first page of something new is written. */
  streamId: number | null;
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  cursor: Omit<FetchCursor, 'streamId'>;
  /** Posts that were fetched so far, in all attempts. */
  fetched: number;
  /** Why providers changed, for people. */
  readonly notes: Set<string>;
};

/** Posts that may still be fetched; null: any number. */
export function wanted({ payload, cursor, fetched }: FetchWork): number | null {
  const limit = payload.limit ?? (cursor.first && !payload.full ? firstFetchPosts : null);
  return limit === null ? null : Math.max(0, limit - fetched);
}

/** Lets others have their turn when this job had its own. */
export function yieldSlice({ run }: FetchWork): void {
  run.signal.throwIfAborted();
  if (run.elapsedMs() > sliceMs) throw new JobPausedError('Waiting for its turn', null);
}

/** The stream; made, where there was none, when its first page is written: what is refused leaves nothing behind. */
export async function ensureStream(work: FetchWork): Promise<number> {
  if (work.streamId !== null) return work.streamId;
  const { run, account, payload } = work;
  const { sql } = run.db;
  if (account !== null) work.streamId = await findOrCreateAccount(sql, account);
  else if (payload.target.kind === 'topic')
    work.streamId = await findOrCreateTopic(sql, payload.target.query);
  const streamId = must(work.streamId, 'what is no account is a topic');
  await nameStream(sql, run.job, streamId);
  return streamId;
}

/** What a page of a walk covers, and where the walk goes on. */
export type Covered = {
  readonly before: Coverage;
  readonly range: readonly [from: string, to: string] | null;
  readonly place: Place | null;
};

/** That a provider took over, and why; null where `reason` is. The same again, in the next gap, is told once. */
export const takeover = (provider: FetchProviderName, reason: string | null): JobEvent | null =>
  reason === null ? null : { message: `${provider} took over: ${reason}`, provider, once: true };

/** Writes a page with what it says was deleted, and where to go on, in one transaction. */
export async function writePage(
  work: FetchWork,
  page: Pick<FetchedPage, 'posts' | 'rejected' | 'deleted' | 'edits'> & {
    /** The post that the page's posts are replies to. */
    readonly rootId?: string;
  },
  provider: FetchProviderName,
  covered: Covered | null,
  {
    left = null,
    event = null,
  }: {
    /** Posts still to come after the page; null where `wanted` tells. */
    readonly left?: number | null;
    /** That another provider took over before it. */
    readonly event?: JobEvent | null;
  } = {},
): Promise<void> {
  const { run, account } = work;
  const streamId = await ensureStream(work);
  const posts: readonly NormalisedPost[] = await withoutDoubles(
    run.db.sql,
    { streamId, platform: 'X' },
    page.posts,
    // An edit may change neither words nor date; the later version is the one that stays.
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
      await noteDelivery(tx, run.job, provider, page.rejected);
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
