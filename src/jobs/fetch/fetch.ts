import { findProfile, saveProfile } from '../../ingest/write/accounts.ts';
import { findOrCreateAccount, findOrCreateTopic } from '../../ingest/write/streams.ts';
import type { FetchedPage, FetchTarget } from '../../providers/fetch-provider.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { JobPausedError } from '../pause.ts';
import type { FetchPayload } from '../payloads.ts';
import type { JobRun } from '../run.ts';
import { tellProgress } from '../lease.ts';
import { type Chain, ChainError } from './chain.ts';
import { below } from '../../providers/x/ids.ts';
import { type Coverage, type Gap, gapsOf } from './coverage.ts';
import { type FetchCursor, parseFetchCursor } from './cursor.ts';
import { fetchReplies, refreshMetrics } from './after.ts';
import { countOwnPosts, countPostedSince, nameStream, readCoverage } from './store.ts';
import { newestOf, walk } from './walk.ts';
import { type FetchWork, giveWay, wanted, writePage } from './work.ts';

/** Longer waits are the caller's to decide: the job fails and says when to try again. */
const longestWaitMs = 20 * 60_000;

/** Fetches what is new of an account or a topic (all of it, where `full`), then what changed of what is known. */
export async function fetchPosts(run: JobRun, chain: Chain, payload: FetchPayload): Promise<string> {
  try {
    const { work, expected } = await open(run, chain, payload);
    // A job that was interrupted while it refreshed figures had fetched all that is new.
    if (work.cursor.refresh === null) await fetchGaps(work, expected);
    if (work.account !== null) {
      await refreshMetrics(work, work.account);
      await fetchReplies(work, work.account);
    }
    return ['Done', ...removedNote(work.cursor.refresh?.removed ?? 0), ...work.notes].join('; ');
  } catch (error) {
    if (!(error instanceof ChainError) || error.limitedUntil === null) throw error;
    if (error.limitedUntil - run.now() > longestWaitMs) throw error;
    throw new JobPausedError(`Waiting for a rate limit: ${error.message}`, new Date(error.limitedUntil));
  }
}

async function open(run: JobRun, chain: Chain, payload: FetchPayload) {
  const cursor = parseFetchCursor(run.job.cursor);
  const base = { run, chain, payload, fetched: run.job.fetched, notes: new Set(cursor?.notes) };
  if (payload.target.kind === 'topic') {
    const streamId = await findOrCreateTopic(run.db.sql, payload.target.query);
    await nameStream(run.db.sql, run.job, streamId);
    const first = cursor?.first ?? (await readCoverage(run.db.sql, streamId)).length === 0;
    return {
      work: { ...base, streamId, account: null, cursor: cursor ?? newCursor(run, streamId, first) },
      expected: 0,
    };
  }
  const known = cursor && (await findProfile(run.db.sql, cursor.streamId));
  if (cursor && known)
    return { work: { ...base, streamId: cursor.streamId, account: known, cursor }, expected: 0 };
  const { streamId, account, expected } = await openAccount(run, chain, payload, payload.target);
  const first = (await readCoverage(run.db.sql, streamId)).length === 0;
  return { work: { ...base, streamId, account, cursor: newCursor(run, streamId, first) }, expected };
}

const newCursor = (run: JobRun, streamId: number, first: boolean): FetchCursor => ({
  streamId,
  first,
  place: null,
  notes: [],
  begunAt: run.now(),
  refresh: null,
});

const removedNote = (posts: number): readonly string[] =>
  posts === 0 ? [] : [`${posts} ${posts === 1 ? 'post' : 'posts'} that X no longer has removed`];

/** Asks who the account is now: by its id where that is known, so that a renamed one is still the same. */
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
  const streamId = await findOrCreateAccount(sql, account);
  const known = (await findProfile(sql, streamId)) ?? account;
  const since = await countPostedSince(sql, streamId, known.observedAt);
  await saveProfile(sql, streamId, account);
  await nameStream(sql, run.job, streamId);
  // What the account posted since it was last asked, and nobody has delivered yet.
  const reported = account.reportedPosts ?? 0;
  if (payload.full && payload.limit === null && account.reportedPosts !== null) {
    const left = Math.max(0, account.reportedPosts - (await countOwnPosts(sql, streamId)));
    await tellProgress(sql, run.job, `Fetching ${left} posts`, left);
  }
  const expected =
    (await readCoverage(sql, streamId)).length === 0
      ? reported
      : reported - (known.reportedPosts ?? reported) - since;
  return { streamId, account, expected };
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
    make: (provider) => provider.profile(who, { signal: run.signal }),
    signal: run.signal,
  });
  return value.account;
}

async function fetchGaps(work: FetchWork, expected: number): Promise<void> {
  const { run, payload, streamId, account, cursor } = work;
  const target: FetchTarget =
    account === null
      ? { kind: 'search', query: payload.target.kind === 'topic' ? payload.target.query : '' }
      : { kind: 'timeline', account };
  const covered = await readCoverage(run.db.sql, streamId);
  const gaps = gapsOf(covered, payload.full || cursor.first);
  // Those above the place were done before the job was interrupted: they are not paid for twice.
  const at = cursor.place === null ? -1 : gaps.findIndex(({ untilId }) => untilId === cursor.place?.untilId);
  for (const gap of gaps.slice(Math.max(at, 0))) {
    if (wanted(work) === 0) return;
    await fetchGap(work, { target, gap, covered, expected: gap.untilId === null ? expected : 0 });
  }
}

async function fetchGap(
  work: FetchWork,
  { target, gap, covered, expected }: { target: FetchTarget; gap: Gap; covered: Coverage; expected: number },
): Promise<void> {
  const resumed = work.cursor.place;
  const from = resumed !== null && resumed.untilId === gap.untilId ? resumed : null;
  let top = gap.untilId === null ? null : below(gap.untilId);
  const pages = walk({
    chain: work.chain,
    target,
    gap,
    from,
    only: work.payload.provider,
    want: () => wanted(work),
    expected,
    signal: work.run.signal,
  });
  for await (const { page: whole, provider, next, changed } of pages) {
    if (changed !== null) work.notes.add(changed);
    const page = cutTo(whole, wanted(work));
    top ??= newestOf(page);
    const bottom = bottomOf(page, gap);
    await writePage(work, page, provider, {
      before: covered,
      range: top === null || bottom === null ? null : [bottom, top],
      place: page === whole && page.cursor !== null ? next : null,
    });
    if (wanted(work) === 0) return;
    giveWay(work);
  }
}

/** A page without the posts that nobody asked for. */
function cutTo(page: FetchedPage, want: number | null): FetchedPage {
  if (want === null || page.posts.length <= want) return page;
  const posts = [...page.posts]
    .sort((a, b) => (BigInt(a.platformId) < BigInt(b.platformId) ? 1 : -1))
    .slice(0, want);
  return { ...page, posts, through: page.through && (posts.at(-1)?.platformId ?? null), end: null };
}

/** How far down the gap is known after the page. A gap below which nobody can reach counts as reached. */
function bottomOf(page: FetchedPage, gap: Gap): string | null {
  if (page.end === 'REACHED') return gap.sinceId ?? '0';
  if (page.end === 'LIMIT' && gap.sinceId !== null) return gap.sinceId;
  return page.through;
}
