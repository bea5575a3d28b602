import type { Sql } from 'postgres';
import { touch } from './touch.ts';

/** Stops a stream's schedule; a stream without one stays as it is. */
export async function untrack({ sql }: { readonly sql: Sql }, streamId: number): Promise<void> {
  await sql.begin(async (tx) => {
    const changed = await tx`
      update streams set track_every_ms = null, track_next_at = null
      where stream_id = ${streamId} and track_every_ms is not null`;
    if (changed.count > 0) await touch(tx, streamId);
  });
}
