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
import { reportProgress } from './lease.ts';
import type { FreshImport } from './payloads.ts';
import type { JobRun } from './job-run.ts';

/** The accounts with the most posts are chosen; their list is stored in the job's row. */
const accountsMax = 1_000;
const daysMax = 90;
const pageSize = 5_000;

/**
 * Plans posts by the stored generated accounts, from their newest post until now. The time is at least a day, so that
 * all accounts post, and at most 90. Throws NOT_FOUND without such accounts, BAD_INPUT for too many posts.
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
  // The seed differs each time, or the same posts would come again.
  const plan = { posts, seed: now, endingAt: now, days };
  const accounts = streams.map((stream) => ({ streamId: stream.streamId, weight: stream.posts + 1 }));
  checkOptions(freshOptions(plan, streams.map(knownAccount)));
  return { source: 'refresh', ...plan, accounts };
}

/** Generates the planned posts. */
export async function importFresh(run: JobRun, payload: FreshImport): Promise<string> {
  const { sql } = run.db;
  const { posts: total, seed, endingAt, days } = payload;
  const stored = new Map(
    (await listSynthetic(sql, 2 * accountsMax)).map((stream) => [stream.streamId, stream]),
  );
  const known = payload.accounts.map(({ streamId, weight }, index) => {
    const stream = stored.get(streamId);
    // A deleted account keeps its place, so that the posts of the others do not change.
    return stream === undefined
      ? { platformId: String(index), handle: `gone_${index}`, displayName: '', weight }
      : { ...knownAccount(stream), weight };
  });
  const options = freshOptions({ posts: total, seed, endingAt, days }, known);
  await reportProgress(sql, run.job, `Making ${total} posts of ${known.length} accounts`, total);
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

/** The pages of an account. Of its profile they change only the number of posts. */
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
