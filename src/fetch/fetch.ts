import type { FetchedPage, FetchTarget } from '../providers/fetch-provider.ts';
import { JobPausedError } from '../jobs/pause.ts';
import type { FetchPayload } from '../jobs/payloads.ts';
import type { JobRun } from '../jobs/job-run.ts';
import { type Chain, ChainError } from './chain.ts';
import { below } from '../providers/x/ids.ts';
import { type Coverage, type Gap, gapsOf } from './coverage.ts';
import { fetchReplies, refreshMetrics } from './after.ts';
import { openWork } from './open.ts';
import { readCoverage } from './store.ts';
import { newestOf, walk } from './walk.ts';
import {
  type Covered,
  ensureStream,
  type FetchWork,
  yieldSlice,
  takeover,
  wanted,
  writePage,
} from './work.ts';

/** For longer waits, the job fails and says when to try again. */
const longestWaitMs = 20 * 60_000;

/** Fetches new posts of an account or a topic (with `full`, all of them), then refreshes known ones. */
export async function fetchPosts(run: JobRun, chain: Chain, payload: FetchPayload): Promise<string> {
  try {
    const { work, expected } = await openWork(run, chain, payload);
    // A job that was interrupted during the refresh had already fetched the new posts.
    if (work.cursor.refresh === null) await fetchGaps(work, expected);
    await ensureStream(work);
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

const removedNote = (posts: number): readonly string[] =>
  posts === 0 ? [] : [`${posts} ${posts === 1 ? 'post' : 'posts'} removed that X no longer has`];

async function fetchGaps(work: FetchWork, expected: number): Promise<void> {
  const { run, payload, streamId, account, cursor } = work;
  const target: FetchTarget =
    account === null
      ? { kind: 'search', query: payload.target.kind === 'topic' ? payload.target.query : '' }
      : { kind: 'timeline', account };
  const covered = streamId === null ? [] : await readCoverage(run.db.sql, streamId);
  const gaps = gapsOf(covered, payload.full || cursor.first);
  // Gaps above the place were done before the interruption, and are not paid for twice.
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
    const reached: Covered = {
      before: covered,
      range: top === null || bottom === null ? null : [bottom, top],
      place: page === whole && page.cursor !== null ? next : null,
    };
    await writePage(work, page, provider, reached, { event: takeover(provider, changed) });
    if (wanted(work) === 0) return;
    yieldSlice(work);
  }
}

/** Cuts a page to the number of wanted posts. */
function cutTo(page: FetchedPage, want: number | null): FetchedPage {
  if (want === null || page.posts.length <= want) return page;
  const posts = [...page.posts]
    .sort((a, b) => (BigInt(a.platformId) < BigInt(b.platformId) ? 1 : -1))
    .slice(0, want);
  return { ...page, posts, through: page.through && (posts.at(-1)?.platformId ?? null), end: null };
}

/**
 * Returns down to which id the gap is covered after the page. When no provider can reach the rest of a gap, it counts
 * as covered.
 */
function bottomOf(page: FetchedPage, gap: Gap): string | null {
  if (page.end === 'REACHED') return gap.sinceId ?? '0';
  if (page.end === 'LIMIT' && gap.sinceId !== null) return gap.sinceId;
  return page.through;
}
