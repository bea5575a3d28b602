import type { Sql } from 'postgres';
import { noArrivals } from '../ingest/write/changes.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settleMisthreaded, settlePosts } from '../ingest/write/known-posts.ts';
import { findMisplaced, findOrphans } from '../ingest/write/misplaced.ts';
import { lockStream } from './lock.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';

/** Posts that are mended under one lock. */
const mendedAtOnce = 2_500;

/**
 * Settles those of a stream's posts again of which the registry, or the row's own flag, says something else than the rows
 * of all streams do: a server of release 0.1.0, which knows no registry, may have written beside newer ones.
 */
export async function mendKnown(sql: Sql, streamId: number): Promise<void> {
  for (let after: string | null = null; ; ) {
    // Looked for without a lock: what is right by now is settled as it is.
    const ids: readonly string[] = await findMisplaced(sql, streamId, after, mendedAtOnce);
    if (ids.length === 0) return;
    const vacated = await sql.begin(async (tx) => {
      const platform = await lockStream(tx, streamId);
      await touch(tx, streamId, { posts: noArrivals });
      return settlePosts(tx, { streamId, platform }, unsettled(ids));
    });
    await takeUpAfter(sql, vacated);
    after = ids.at(-1) ?? null;
  }
}

/** Settles posts again that the registry has by a row that no stream has: of a stream that such a server deleted. */
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

/** Rounds of `mendThreads`: what hangs below a post that was moved may only then show that it is elsewhere. */
const roundsMax = 1_000;

/** Puts posts back in their conversations where a row does not say what its parents do: of a store that was damaged. */
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
