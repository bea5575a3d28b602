import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { metricNames } from '../../shared/metrics.ts';
import { enrichStored } from './enrich-stored.ts';
import { isCutOf, mergeContent, openContent, type Times, timesOf } from './merge.ts';
import type { PostChange } from './posts.ts';
import { type RawSource, readAgain, type Reread } from './read-again.ts';
import { measuredMetrics, noMetrics, type PostRow, withEstimate } from './row.ts';
import { findPosts } from './stored.ts';

/** Stored posts, each with its row by today's rules. */
export type Derived = {
  readonly posts: ReadonlyMap<string, PostChange>;
  /** Payloads that could not be read; they are skipped. */
  readonly unreadable: number;
};

/** The number of posts that are derived before other work can run. */
const derivedInARow = 50;

/**
 * Derives stored posts again from their kept payloads. A post without payloads is derived from its stored row. Metrics,
 * their history and times stay; estimates are made again. `ids` is sorted. Writes nothing and takes no lock.
 */
export async function rederivePosts(
  sql: Sql | TransactionSql,
  source: RawSource,
  ids: readonly string[],
): Promise<Derived> {
  // Posts are read before payloads, so that a write in between is noticed: either its payload is read here, or the
  // caller finds that the stored post differs.
  const stored = await findPosts(sql, source.streamId, ids);
  const told = await readAgain(sql, source, ids);
  const posts = new Map<string, PostChange>();
  let unreadable = 0;
  for (const [id, before] of stored) {
    const retold = told.get(id);
    posts.set(id, { stored: before, row: derive(before, retold) });
    unreadable += retold?.unreadable ?? 0;
    if (posts.size % derivedInARow === 0) await setImmediate();
  }
  return { posts, unreadable };
}

function derive(stored: PostRow, retold: Reread | undefined): PostRow {
  const content = contentOf(stored, retold);
  return {
    ...content,
    ...(content.kind === 'REPOST' ? noMetrics : withEstimate(measuredMetrics(stored))),
    observedAt: stored.observedAt,
    seenAt: stored.seenAt,
    provider: stored.provider,
  };
}

function contentOf(stored: PostRow, retold: Reread | undefined): PostRow {
  const row = retold?.row;
  if (retold === undefined || !row) return enrichStored(stored);
  // The stored post is newer than its newest remaining payload, so the payload with its current figures is gone.
  if (row.seenAt < stored.observedAt) {
    return { ...mergeContent(enrichStored(stored), row), toldAt: stored.toldAt };
  }
  const early = isCutOf(row.text, stored.text) ? enrichStored(stored) : stored;
  return { ...mergeContent(row, early), ...factsOf(stored, row, retold) };
}

/**
 * The optional facts from the payloads. When no payload has a fact, the stored one stays if a deleted or unreadable
 * payload may have had it. Otherwise older rules derived it, and it is removed.
 */
function factsOf(
  stored: PostRow,
  row: PostRow,
  { seen, unreadable }: Reread,
): Partial<PostRow> & Pick<PostRow, 'toldAt'> {
  const facts: Record<string, unknown> = {};
  const times: { -readonly [Fact in keyof Times]: Times[Fact] } = {};
  const [before, now] = [timesOf(stored), timesOf(row)];
  for (const fact of openContent) {
    const at = before[fact];
    const mayBeGone = unreadable > 0 || (at !== undefined && !seen.has(at));
    facts[fact] = row[fact] ?? (mayBeGone ? stored[fact] : null);
    const time =
      row[fact] === null ? at : (now[fact] ?? (at !== undefined && at >= row.seenAt ? at : undefined));
    if (facts[fact] !== null && time !== undefined) times[fact] = time;
  }
  for (const metric of metricNames) if (before[metric] !== undefined) times[metric] = before[metric];
  const toldAt = Object.keys(times).length === 0 ? null : JSON.stringify(times);
  return { ...(facts as Partial<PostRow>), toldAt }; // safe: each is one of the two rows'
}
