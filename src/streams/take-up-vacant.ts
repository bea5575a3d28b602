import type { Sql } from 'postgres';
import { noArrivals } from '../ingest/write/changes.ts';
import { setStands } from '../ingest/write/stands.ts';
import { NotFoundError } from '../shared/errors.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** Posts taken up under one lock. */
const takenAtOnce = 2_500;

/**
 * Has a stream's rows stand for the posts that it is to take up, because the rows that stood for them are gone. Takes no
 * lock but the stream's: a note stays right while it is held. A stream that was deleted has none.
 */
export async function takeUpVacant(sql: Sql, streamId: number): Promise<void> {
  for (let taken = takenAtOnce; taken === takenAtOnce; ) taken = await takeSomeUp(sql, streamId);
}

async function takeSomeUp(sql: Sql, streamId: number): Promise<number> {
  try {
    return await sql.begin(async (tx) => {
      await lockStream(tx, streamId);
      const notes = await tx<{ id: string }[]>`
        select post_id as id from vacant_posts where stream_id = ${streamId} order by post_id limit ${takenAtOnce}`;
      if (notes.length === 0) return 0;
      const ids = notes.map(({ id }) => id);
      await setStands(tx, streamId, ids, true);
      await tx`delete from vacant_posts where stream_id = ${streamId} and post_id = any(${ids}::uuid[])`;
      await touch(tx, streamId, { posts: noArrivals });
      return ids.length;
    });
  } catch (error) {
    if (error instanceof NotFoundError) return 0;
    throw error;
  }
}

/** The streams that are to take posts up. Few rows, if any. */
export async function listVacant(sql: Sql): Promise<readonly number[]> {
  const rows = await sql<{ streamId: number }[]>`
    select distinct stream_id as "streamId" from vacant_posts order by 1`;
  return rows.map(({ streamId }) => streamId);
}

/**
 * Has streams take up what a transaction left to them, now that it has committed. What fails here is made up for in the
 * background (`jobs/taking-up.ts`), so it does not fail whoever removed the posts.
 */
export async function takeUpAfter(sql: Sql, streamIds: readonly number[]): Promise<void> {
  for (const streamId of streamIds) {
    try {
      await takeUpVacant(sql, streamId);
    } catch {
      return;
    }
  }
}
