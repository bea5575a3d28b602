import type { Sql } from 'postgres';
import { freshOptions, type KnownAccount } from '../providers/synthetic/fresh.ts';
import { checkOptions, type SyntheticOptions } from '../providers/synthetic/options.ts';
import { accountPages, syntheticAccounts } from '../providers/synthetic/provider.ts';
import { NotFoundError } from '../shared/errors.ts';
import { dayMs } from '../shared/instant.ts';
import type { AccountProfile, Page } from '../shared/post.ts';
import { noteFetched } from '../streams/fetched.ts';
import { ingest } from '../streams/ingest.ts';
import { listSynthetic, type SyntheticStream } from '../streams/synthetic.ts';
import { accountCursor, parseAccountCursor } from './account-cursor.ts';
import { tellProgress } from './lease.ts';
import type { FreshImport } from './payloads.ts';
import type { JobRun } from './job-run.ts';

/** Those with the most posts: their list stands in the job's row. */
const accountsMax = 1_000;
const daysMax = 90;
const pageSize = 5_000;

/**
 * Plans so many posts by the synthetic accounts that are stored: from the newest of theirs to now, over a day at least,
 * so that all are awake in it, and 90 at most. NOT_FOUND when there is no such account, BAD_INPUT for too many posts.
 */
export async function planFreshPosts(
  sql: Sql,
  { posts, now }: { readonly posts: number; readonly now: number },
): Promise<FreshImport> {
  const streams = await listSynthetic(sql, accountsMax);
  if (streams.length === 0) {
    throw new NotFoundError('There are no made-up accounts: larkstat seed makes some');
  }
  const newest = Math.max(...streams.map(({ latestPostAt }) => latestPostAt?.getTime() ?? 0));
  const days = Math.min(daysMax, Math.max(1, Math.ceil((now - newest) / dayMs)));
  // Another seed each time: the same posts again would be no fresh ones.
  const plan = { posts, seed: now, endingAt: now, days };
  const accounts = streams.map((stream) => ({ streamId: stream.streamId, weight: stream.posts + 1 }));
  checkOptions(freshOptions(plan, streams.map(knownAccount)));
  return { source: 'refresh', ...plan, accounts };
}

/** Makes the posts that were planned. */
export async function importFresh(run: JobRun, payload: FreshImport): Promise<string> {
  const { sql } = run.db;
  const { posts: total, seed, endingAt, days } = payload;
  const stored = new Map(
    (await listSynthetic(sql, 2 * accountsMax)).map((stream) => [stream.streamId, stream]),
  );
  const known = payload.accounts.map(({ streamId, weight }, index) => {
    const stream = stored.get(streamId);
    // One that was deleted meanwhile keeps its place, so that the others post what they were to.
    return stream === undefined
      ? { platformId: String(index), handle: `gone_${index}`, displayName: '', weight }
      : { ...knownAccount(stream), weight };
  });
  const options = freshOptions({ posts: total, seed, endingAt, days }, known);
  await tellProgress(sql, run.job, `Making ${total} posts of ${known.length} accounts`, total);
  const [startIndex, startCursor] = parseAccountCursor(run.job.cursor);
  for (const { index, posts } of syntheticAccounts(options).slice(startIndex)) {
    run.signal.throwIfAborted();
    const { streamId = 0, weight = 1 } = payload.accounts[index] ?? {};
    if (posts === 0 || !stored.has(streamId)) continue;
    const cursor = index === startIndex ? startCursor : null;
    await ingest(sql, {
      streamId,
      platform: 'X',
      provider: 'SYNTHETIC',
      pages: pagesOf(run.signal, options, { index, cursor, reportedPosts: weight - 1 + posts }),
      read: (post) => post,
      now: run.now,
      onWritten: (tx, written) =>
        run.countWritten(tx, streamId, { ...written, total, cursor: accountCursor(index, written.cursor) }),
    });
    await noteFetched(sql, streamId);
  }
  return 'Done';
}

const knownAccount = ({ platformId, handle, displayName, posts }: SyntheticStream): KnownAccount => ({
  platformId: platformId ?? '0',
  handle,
  displayName: displayName ?? handle,
  weight: posts + 1,
});

/** The pages of an account; of who it is they say nothing that is not stored, but how many posts it has. */
function* pagesOf(
  signal: AbortSignal,
  options: SyntheticOptions,
  {
    index,
    cursor,
    reportedPosts,
  }: { readonly index: number; readonly cursor: string | null; readonly reportedPosts: number },
): Generator<Page> {
  for (const page of accountPages(options, index, { cursor, pageSize })) {
    signal.throwIfAborted();
    yield { ...page, account: page.account && { ...page.account, ...unsaid, reportedPosts } };
  }
}

const unsaid: Partial<AccountProfile> = {
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
};
