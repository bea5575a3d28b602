import type { Sql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** A broadcast as it was seen on air. Instants are milliseconds since 1970. */
export type SeenBroadcast = {
  readonly title: string;
  /** The game or other category; null when none is set. */
  readonly category: string | null;
  readonly startedAt: number;
  readonly viewers: number;
};

/**
 * Saves the broadcast that is on air now, and a reading of its viewers. Ends an earlier broadcast. Null: nothing is
 * on air.
 */
export async function saveBroadcast(
  sql: Sql,
  streamId: number,
  seen: SeenBroadcast | null,
  now: number,
): Promise<void> {
  await sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    const started = seen === null ? null : toIso(seen.startedAt);
    const ended = await tx`
      update broadcasts set ended_at = ${toIso(now)}
      where stream_id = ${streamId} and ended_at is null and started_at is distinct from ${started}::timestamptz`;
    if (seen !== null) {
      const { title, category, viewers } = seen;
      await tx`
        insert into broadcasts as b (stream_id, started_at, title, category, viewers, peak_viewers, seen_at)
        values (${streamId}, ${started}, ${title}, ${category}, ${viewers}, ${viewers}, ${toIso(now)})
        on conflict (stream_id, started_at) do update set title = excluded.title, category = excluded.category,
          viewers = excluded.viewers, peak_viewers = greatest(b.peak_viewers, excluded.viewers),
          seen_at = excluded.seen_at, ended_at = null`;
      await tx`
        insert into viewer_readings (stream_id, observed_at, viewers) values (${streamId}, ${toIso(now)}, ${viewers})
        on conflict do nothing`;
    }
    if (seen !== null || ended.count > 0) await touch(tx, streamId);
  });
}
