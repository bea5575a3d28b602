import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';

/** A broadcast of a channel. */
export type BroadcastRow = {
  readonly streamId: number;
  readonly title: string;
  readonly category: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly viewers: number;
  readonly peakViewers: number;
  readonly seenAt: Date;
};

/**
 * Returns the newest broadcasts of each channel, newest first, at most `first` of each. Reads a range of the primary
 * key for each channel.
 */
export async function findBroadcasts(
  db: Database,
  streamIds: readonly number[],
  first: number,
): Promise<readonly BroadcastRow[]> {
  if (streamIds.length === 0) return [];
  const newestOf = (streamId: number) =>
    sql`(select * from broadcasts where stream_id = ${streamId} order by started_at desc limit ${first})`;
  const rows = await db.rows<Record<string, unknown>>(sql`
    select b.stream_id as "streamId", title, category, started_at as "startedAt", ended_at as "endedAt",
      viewers::float8 as viewers, peak_viewers::float8 as "peakViewers", seen_at as "seenAt"
    from (${sql.join(streamIds.map(newestOf), sql` union all `)}) b
    order by b.stream_id, started_at desc`);
  return withDates(rows, ['startedAt', 'endedAt', 'seenAt']);
}

/** Returns the channels whose chat a live collector is collecting. */
export async function findCollecting(
  db: Database,
  streamIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await db.rows<{ readonly streamId: number }>(sql`
    select j.stream_id as "streamId" from jobs j join collectors c on c.collector_id = j.collector
    where j.stream_id = any(${arrayOf(streamIds)}::int[]) and j.kind = 'COLLECT' and j.state = 'RUNNING'
      and c.until > now()`);
  return new Set(rows.map(({ streamId }) => streamId));
}
