import { sql } from 'drizzle-orm';
import { findDifferences } from '../../src/cli/differences.ts';
import type { Database } from '../../src/db/client.ts';
import { selectStreams } from '../../src/entities/stream/query.ts';
import { prepared } from './verify.ts';

/**
 * From now on a connection is swallowed when this text is sent over it; '' swallows new connections immediately; null:
 * none.
 */
export async function differencesOf(db: Database): Promise<readonly string[]> {
  return findDifferences(
    { ...db, sql: prepared(db.sql) },
    await selectStreams(db, sql`true`, sql`order by s.stream_id`),
  );
}
