import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { dayMs, hourMs, minuteMs, toIso } from '../../shared/instant.ts';
import { searchQuery } from '../../shared/search-query.ts';
import { postsNeeded, usualOf } from '../compute.ts';
import type { Memory, WordRateCondition } from '../condition.ts';
import { wordUsed } from '../summary.ts';
import type { Evaluation, Outcome } from './outcome.ts';

/** How long the usual number stays valid. */
const usualForMs = hourMs;
/**
 * The past from which the usual number is computed: a week, so that it covers each hour and weekday, or four windows.
 */
const pastMs = (windowMs: number) => Math.max(7 * dayMs, 4 * windowMs);

/** Counts the posts of the window that ends with the last full minute, except during the cool-down. */
export async function evaluateWordRate(evaluation: Evaluation<WordRateCondition>): Promise<Outcome> {
  const { db, alert, condition, now, coolsUntil } = evaluation;
  if (coolsUntil !== null && now < coolsUntil) return { firings: [], nextAt: coolsUntil };
  const { word, windowMs, times } = condition;
  const to = Math.floor(now / minuteMs) * minuteMs;
  const from = to - windowMs;
  const uses = { search: searchQuery(word), streams: alert.streams };
  const memory = times === null ? null : await currentMemory(db, alert.memory, { uses, from, windowMs });
  const posts = await countUses(db, { ...uses, from, to });
  const needed = postsNeeded(condition, memory?.usual ?? null);
  const outcome = { nextAt: to + minuteMs, ...(memory !== null && { memory }) };
  if (needed === null || posts < needed) return { ...outcome, firings: [] };
  const summary = wordUsed(word, posts, windowMs, memory?.usual ?? null);
  const cause = `window ${toIso(to)}`;
  return {
    ...outcome,
    firings: [{ cause, streamId: null, measured: posts, threshold: needed, summary, posts: 0 }],
  };
}

type Uses = { readonly search: string; readonly streams: readonly number[] | null };

async function currentMemory(
  db: Database,
  memory: Memory | null,
  { uses, from, windowMs }: { readonly uses: Uses; readonly from: number; readonly windowMs: number },
): Promise<Memory> {
  if (memory !== null && from - memory.usualAt < usualForMs) return memory;
  const first = await findFirstPost(db, uses.streams);
  const since = Math.max(from - pastMs(windowMs), first ?? from);
  const posts = await countUses(db, { ...uses, from: since, to: from });
  return { usual: usualOf(posts, from - since, windowMs), usualAt: from };
}

/**
 * Counts own posts in `[from, to)` that use the words, without reposts; a post of several streams counts once. Uses the
 * index of the search or that of the time.
 */
async function countUses(
  db: Database,
  { search, streams, from, to }: Uses & { readonly from: number; readonly to: number },
): Promise<number> {
  const [row] = await db.rows<{ readonly posts: number }>(sql`
    select count(distinct p.post_id)::float8 as posts from posts p
    where p.search @@ ${search}::tsquery and p.own and p.kind <> 'REPOST' ${among(sql`p.stream_id`, streams)}
      and p.created_at >= ${toIso(from)} and p.created_at < ${toIso(to)}`);
  return row?.posts ?? 0;
}

/** Returns when the earliest post of the streams was posted, in milliseconds; null without posts. */
async function findFirstPost(db: Database, streams: readonly number[] | null): Promise<number | null> {
  const [row] = await db.rows<{ readonly first: number | null }>(sql`
    select (extract(epoch from min(s.earliest_post_at)) * 1000)::float8 as first from streams s
    where true ${among(sql`s.stream_id`, streams)}`);
  return row?.first ?? null;
}

const among = (column: SQL, streams: readonly number[] | null): SQL =>
  streams === null ? sql`` : sql`and ${column} = any(${arrayOf(streams)}::int[])`;
