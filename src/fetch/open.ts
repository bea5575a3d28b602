import type { AccountProfile } from '../shared/post.ts';
import { findOrCreateAccount } from '../streams/create.ts';
import { describeAccount } from '../streams/describe.ts';
import { findAccountStream, findTopicStream } from '../streams/find.ts';
import { findProfile } from '../streams/profile.ts';
import { reportProgress } from '../jobs/lease.ts';
import type { FetchPayload } from '../jobs/payloads.ts';
import type { JobRun } from '../jobs/job-run.ts';
import type { Chain } from './chain.ts';
import { parseFetchCursor } from './cursor.ts';
import { firstFetchPosts, reachOf } from './quote.ts';
import { countForRefresh } from './refresh.ts';
import { countOwnPosts, countPostedSince, nameStream, readCoverage } from './store.ts';
import type { FetchWork } from './work.ts';

type Opened = {
  readonly work: FetchWork;
  /** Posts that are known to exist and were not fetched. */
  readonly expected: number;
};

/**
 * Resolves the target of a job and continues where it stopped. A job that only begins is refused (BUDGET_EXCEEDED) when
 * the budgets do not allow all of it. Nothing is written before that: the stream is created with its first page.
 */
export async function openWork(run: JobRun, chain: Chain, payload: FetchPayload): Promise<Opened> {
  const cursor = parseFetchCursor(run.job.cursor);
  const base = { run, chain, payload, fetched: run.job.fetched, notes: new Set(cursor?.notes) };
  const { target } = payload;
  if (cursor !== null) {
    const { streamId } = cursor;
    if (target.kind === 'topic') return { work: { ...base, streamId, account: null, cursor }, expected: 0 };
    const account = await findProfile(run.db.sql, streamId);
    if (account !== null) return { work: { ...base, streamId, account, cursor }, expected: 0 };
  }
  const opened =
    target.kind === 'topic'
      ? await openTopic(run, chain, payload, target.query)
      : await openAccount(run, chain, payload, target);
  const { streamId, account, first, expected } = opened;
  const fresh = { first, place: null, notes: [], begunAt: run.now(), refresh: null };
  return { work: { ...base, streamId, account, cursor: fresh }, expected };
}

async function openTopic(run: JobRun, chain: Chain, payload: FetchPayload, query: string) {
  const { sql } = run.db;
  const streamId = await findTopicStream(sql, query);
  const first = streamId === null || (await readCoverage(sql, streamId)).length === 0;
  // The number of new matches is unknown, so for a known topic the budget is checked page by page.
  const posts = first ? (payload.limit ?? firstFetchPosts) : 0;
  await chain.requireBudget({ kind: 'search', only: payload.provider, handle: null, posts, lookups: 0 });
  if (streamId !== null) await nameStream(sql, run.job, streamId);
  return { streamId, account: null, first, expected: 0 };
}

/** Requests the account's current profile, by its id if known, so that a renamed account is recognised. */
async function openAccount(
  run: JobRun,
  chain: Chain,
  payload: FetchPayload,
  target: Extract<FetchPayload['target'], { kind: 'account' }>,
) {
  const { sql } = run.db;
  const before = target.streamId === null ? null : await findProfile(sql, target.streamId);
  const who = { handle: before?.handle ?? target.handle, platformId: before?.platformId ?? null };
  const account = await askProfile(run, chain, payload.provider, who);
  const found = await findAccountStream(sql, account);
  const facts = await factsOf(run, payload, found, account);
  await chain.requireBudget({
    kind: 'timeline',
    only: payload.provider,
    handle: account.handle,
    posts: countNeeded(chain, payload, facts),
    lookups: facts.refreshed,
  });
  const { first, expected, missing } = facts;
  if (payload.full && payload.limit === null && missing !== null) {
    await reportProgress(sql, run.job, `Fetching ${missing} posts`, missing);
  }
  if (found === null) return { streamId: null, account, first, expected };
  const streamId = await findOrCreateAccount(sql, account);
  await describeAccount(sql, streamId, account);
  await nameStream(sql, run.job, streamId);
  return { streamId, account, first, expected };
}

type Facts = {
  /** Whether this is the first fetch of the account. */
  readonly first: boolean;
  /** How many posts the account has made since its last profile that are not stored. */
  readonly expected: number;
  /** How many of its posts are not stored; null when the account does not say how many it has. */
  readonly missing: number | null;
  /** How many posts the user asked to refresh. */
  readonly refreshed: number;
};

async function factsOf(
  run: JobRun,
  payload: FetchPayload,
  streamId: number | null,
  account: AccountProfile,
): Promise<Facts> {
  const { sql } = run.db;
  const { reportedPosts } = account;
  const reported = reportedPosts ?? 0;
  if (streamId === null) return { first: true, expected: reported, missing: reportedPosts, refreshed: 0 };
  const known = (await findProfile(sql, streamId)) ?? account;
  const first = (await readCoverage(sql, streamId)).length === 0;
  const since = await countPostedSince(sql, streamId, known.observedAt);
  const now = run.now();
  const choice = { which: payload.refresh, after: null, now, begunAt: now, limit: Number.POSITIVE_INFINITY };
  return {
    first,
    expected: first ? reported : reported - (known.reportedPosts ?? reported) - since,
    missing:
      reportedPosts === null ? null : Math.max(0, reportedPosts - (await countOwnPosts(sql, streamId))),
    refreshed: payload.refresh === 'DUE' ? 0 : await countForRefresh(sql, streamId, choice),
  };
}

/** Estimates the new posts that will be paid for. */
function countNeeded(chain: Chain, { full, limit, provider }: FetchPayload, facts: Facts): number {
  const reach = Math.max(
    ...chain.providers
      .filter(({ name }) => provider === null || name === provider)
      .map(({ name }) => reachOf(name)),
  );
  const { first, missing, expected } = facts;
  const all = full ? (missing ?? firstFetchPosts) : Math.max(0, expected);
  const most = limit ?? (first && !full ? firstFetchPosts : Number.POSITIVE_INFINITY);
  return Math.min(all, most, reach);
}

async function askProfile(
  run: JobRun,
  chain: Chain,
  only: FetchPayload['provider'],
  who: { readonly handle: string; readonly platformId: string | null },
): Promise<AccountProfile> {
  const { value } = await chain.ask({
    kind: 'profile',
    prefer: null,
    only,
    without: new Map(),
    handle: who.handle,
    estimate: () => ({ posts: 0, users: 1 }),
    make: (provider, _, call) => provider.profile(who, call),
    signal: run.signal,
  });
  return value.account;
}
