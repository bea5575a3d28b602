import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { composed } from '../../shared/fold.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { Platform } from '../../shared/post.ts';
import type { StreamKind } from '../../shared/stream-kind.ts';
import { isWithin, sorted, type StreamOrder } from './order.ts';
import { type StreamRow, selectStreams } from './query.ts';

/** Selects the streams of a list. Null and undefined select all. */
export type StreamConditions = {
  readonly platform?: Platform | null | undefined;
  readonly kinds?: readonly StreamKind[] | null | undefined;
  /** A part of the title, the handle or the name, without case. */
  readonly search?: string | null | undefined;
};

/** Returns one page of streams, with one row more when there are more. */
export function listStreams(
  db: Database,
  conditions: StreamConditions,
  order: StreamOrder,
  page: PageRequest,
): Promise<readonly StreamRow[]> {
  return selectStreams(db, sql`${whereOf(conditions)} and ${isWithin(order, page)}`, sorted(order, page));
}

/** Counts the streams that meet the conditions. */
export async function countStreams(db: Database, conditions: StreamConditions): Promise<number> {
  const [row] = await db.rows<{ readonly count: number }>(sql`
    select count(*)::float8 as count from streams s left join accounts a on a.stream_id = s.stream_id
    where ${whereOf(conditions)}`);
  return row?.count ?? 0;
}

function whereOf({ platform, kinds, search }: StreamConditions): SQL {
  const parts = [
    sql`true`,
    ...(platform ? [sql`s.platform = ${platform}`] : []),
    ...(kinds ? [sql`s.kind = any(${arrayOf(kinds)}::stream_kind[])`] : []),
    ...(search ? [matches(search)] : []),
  ];
  return sql.join(parts, sql` and `);
}

/** Matches names and titles that contain the text. There are few streams, so a scan is cheap. */
function matches(search: string): SQL {
  const pattern = `%${composed(search)
    .trim()
    .replace(/^@/, '')
    .replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(s.title ilike ${pattern} or a.handle ilike ${pattern} or a.display_name ilike ${pattern})`;
}
