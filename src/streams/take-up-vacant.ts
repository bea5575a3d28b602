import type { Sql } from 'postgres';
import { noAdditions } from '../ingest/write/changes.ts';
import { setStands } from '../ingest/write/stands.ts';
import { NotFoundError } from '../shared/errors.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** Posts taken up under one lock. */
const takenAtOnce = 2_500;

/**
 * Makes the rows of a stream represent the posts that it is to take up, because the rows that represented them are
 * gone. Takes only the stream's lock: while it is held, the notes stay right. Does nothing when the stream was
 * deleted.
 */
export async function takeUpVacant(sql: Sql, streamId: number): Promise<void> {
  for (let taken = takenAtOnce; taken === takenAtOnce; ) taken = await takeUpBatch(sql, streamId);
}

async function takeUpBatch(sql: Sql, streamId: number): Promise<number> {
  try {
    return await sql.begin(async (tx) => {
      await lockStream(tx, streamId);
      const notes = await tx<{ id: string }[]>`
        select post_id as id from vacant_posts where stream_id = ${streamId} order by post_id limit ${takenAtOnce}`;
      if (notes.length === 0) return 0;
      const ids = notes.map(({ id }) => id);
      await setStands(tx, streamId, ids, true);
      await tx`delete from vacant_posts where stream_id = ${streamId} and post_id = any(${ids}::uuid[])`;
      await touch(tx, streamId, { posts: noAdditions });
      return ids.length;
    });
  } catch (error) {
    if (error instanceof NotFoundError) return 0;
    throw error;
  }
}

/** Returns the streams that have posts to take up. The table has few rows, if any. */
export async function listVacant(sql: Sql): Promise<readonly number[]> {
  const rows = await sql<{ streamId: number }[]>`
    select distinct stream_id as "streamId" from vacant_posts order by 1`;
  return rows.map(({ streamId }) => streamId);
}

/**
 * Makes streams take up what a transaction left to them, after its commit. A failure is ignored, because
 * `jobs/taking-up.ts` tries again in the background.
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
