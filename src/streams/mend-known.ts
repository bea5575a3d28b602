import type { Sql } from 'postgres';
import { noAdditions } from '../ingest/write/changes.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settleMisthreaded, settlePosts } from '../ingest/write/known-posts.ts';
import { findMisplaced, findOrphans } from '../ingest/write/misplaced.ts';
import { lockStream } from './lock.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';

/** Posts that are mended under one lock. */
const mendedAtOnce = 2_500;

/**
 * Settles posts of a stream again when the registry of posts, or a post's own flag, disagrees with the rows of all
 * streams. A server of release 0.1.0, which has no registry, may have written beside newer servers.
 */
export async function mendKnown(sql: Sql, streamId: number): Promise<void> {
  for (let after: string | null = null; ; ) {
    // Read without a lock: settling a post that is right by then changes nothing.
    const ids: readonly string[] = await findMisplaced(sql, streamId, after, mendedAtOnce);
    if (ids.length === 0) return;
    const vacated = await sql.begin(async (tx) => {
      const platform = await lockStream(tx, streamId);
      await touch(tx, streamId, { posts: noAdditions });
      return settlePosts(tx, { streamId, platform }, unsettled(ids));
    });
    await takeUpAfter(sql, vacated);
    after = ids.at(-1) ?? null;
  }
}

/**
 * Settles posts again when their registry entry names a row that no stream has: a server of release 0.1.0 deleted the
 * stream.
 */
export async function mendOrphans(sql: Sql): Promise<void> {
  for (let found = mendedAtOnce; found === mendedAtOnce; ) {
    const vacated = await sql.begin(async (tx) => {
      const ids = await findOrphans(tx, mendedAtOnce);
      found = ids.length;
      return settlePosts(tx, { streamId: noStream, platform: 'X' }, unsettled(ids));
    });
    await takeUpAfter(sql, vacated);
  }
}

/**
 * The most rounds of `mendThreads`. A moved post may reveal that its replies are misplaced too: the next round moves
 * them.
 */
const roundsMax = 1_000;

/** Repairs a damaged store: moves each post to the conversation of its parent. */
export async function mendThreads(sql: Sql): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const mended = await sql.begin((tx) => settleMisthreaded(tx, mendedAtOnce));
    if (mended === 0) return;
  }
}

/** Streams are numbered from 1. */
const noStream = 0;

function unsettled(ids: readonly string[]): KnownChanges {
  const changes = new KnownChanges();
  for (const id of ids) changes.remove(id);
  return changes;
}
