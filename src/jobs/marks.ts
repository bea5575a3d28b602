import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

/**
 * The jobs that are not over or ended in the last minute, each with a mark of its row: the xmin is the transaction that
 * wrote it, and changes with every change. Served by jobs_state and jobs_finished.
 */
export async function jobMarks(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ readonly jobId: string; readonly mark: string }>(sql`
    select job_id as "jobId", xmin::text as mark from jobs
    where state in ('QUEUED', 'RUNNING') or finished_at > now() - interval '1 minute'`);
  return new Map(rows.map(({ jobId, mark }) => [jobId, mark]));
}
