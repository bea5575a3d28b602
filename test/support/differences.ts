import { sql } from 'drizzle-orm';
import { findDifferences } from '../../src/cli/differences.ts';
import type { Database } from '../../src/db/client.ts';
import { selectStreams } from '../../src/entities/stream/query.ts';
import { prepared } from './verify.ts';

/** What `larkstat verify` finds wrong in a store. */
export async function differencesOf(db: Database): Promise<readonly string[]> {
  return findDifferences(
    { ...db, sql: prepared(db.sql) },
    await selectStreams(db, sql`true`, sql`order by s.stream_id`),
  );
}
