import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

/**
 * Returns the jobs that are open or ended in the last minute, each with its row's xmin: the transaction that last wrote
 * the row. It changes with every change. Uses the indexes jobs_state and jobs_finished.
 */
export async function jobMarks(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ readonly jobId: string; readonly mark: string }>(sql`
    select job_id as "jobId", xmin::text as mark from jobs
    where state in ('QUEUED', 'RUNNING') or finished_at > now() - interval '1 minute'`);
  return new Map(rows.map(({ jobId, mark }) => [jobId, mark]));
}
