import type { Sql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import { accountKinds, windowKinds } from './condition.ts';

/** Most alerts that are evaluated in one round; the rest follow in the next. */
export const alertsAtOnce = 50;

/**
 * Lists the alerts to evaluate now, the longest waiting first: their time has come, or one of the `changed` streams has
 * changed since they checked it. `changed` null: any stream.
 */
export async function listDue(
  sql: Sql,
  now: number,
  changed: readonly number[] | null,
): Promise<readonly number[]> {
  const among = changed === null ? sql`true` : sql`s.stream_id = any(${changed as number[]}::int[])`; // safe: it is only read
  const rows = await sql<{ alertId: number }[]>`
    select a.alert_id as "alertId" from alerts a
    where a.state = 'ACTIVE' and (a.next_at <= ${toIso(now)}
      -- Posts that arrive during the cool-down wait for the next event; after an error only the time counts.
      or (a.next_at is null or a.kind in ('POSTS', 'LIKES')) and a.error is null
        and a.kind <> all(${windowKinds as string[]}::alert_kind[]) and exists (
        select from streams s left join alert_streams c on c.alert_id = a.alert_id and c.stream_id = s.stream_id
        where ${among} and (a.streams is null or s.stream_id = any(a.streams))
          and (s.kind = 'ACCOUNT' or a.kind <> all(${accountKinds as string[]}::alert_kind[]))
          and s.version > coalesce(c.seen_version, -1)))
    order by a.evaluated_at nulls first, a.alert_id limit ${alertsAtOnce}`;
  return rows.map(({ alertId }) => alertId);
}

/** Lists the version of every stream. */
export async function listVersions(sql: Sql): Promise<ReadonlyMap<number, number>> {
  const rows = await sql<{ streamId: number; version: number }[]>`
    select stream_id as "streamId", version::float8 from streams`;
  return new Map(rows.map(({ streamId, version }) => [streamId, version]));
}
