import type { Sql } from 'postgres';
import { touch } from './touch.ts';

/** Records that a fetch or an import of a stream has just succeeded. Does nothing when the stream was deleted. */
export async function noteFetched(sql: Sql, streamId: number): Promise<void> {
  await sql.begin((tx) => touch(tx, streamId, { fetched: true }));
}
