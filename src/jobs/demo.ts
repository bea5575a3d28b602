import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { NotFoundError } from '../shared/errors.ts';
import { dayMs } from '../shared/instant.ts';
import { listDemoStreams } from '../streams/demo.ts';
import { deleteStream, type JobFiles } from './delete-stream.ts';
import type { SyntheticImport } from './payloads.ts';
import { cancelJob } from './store.ts';

/** The index jobs_open_key allows one open job with this key, even when several processes start at once. */
const openKey = 'demo';

/** Returns the open job that generates the demo's accounts, or a new one; null when the accounts exist. */
export async function openDemo(
  sql: Sql,
  now: number,
): Promise<{ readonly jobId: string; readonly isNew: boolean } | null> {
  for (;;) {
    const [open] = await sql<{ jobId: string }[]>`
      select job_id as "jobId" from jobs where open_key = ${openKey} and state in ('QUEUED', 'RUNNING')`;
    if (open !== undefined) return { jobId: open.jobId, isNew: false };
    if ((await listDemoStreams(sql)).length > 0) return null;
    const endingAt = Math.floor(now / dayMs) * dayMs;
    const numbers = { users: 3, posts: 7_500, hashtags: 150, seed: 1337 };
    const payload: SyntheticImport = { source: 'synthetic', ...numbers, endingAt, demo: true };
    const [made] = await sql<{ jobId: string }[]>`
      insert into jobs (job_id, kind, provider, payload, open_key)
      values (${randomUUID()}, 'IMPORT', 'SYNTHETIC', ${sql.json(payload)}, ${openKey})
      on conflict (open_key) where state in ('QUEUED', 'RUNNING') do nothing
      returning job_id as "jobId"`;
    // Another process inserted one meanwhile.
    if (made === undefined) continue;
    announce(sql, { job: made.jobId });
    return { jobId: made.jobId, isNew: true };
  }
}

/** Cancels the demo's job and erases only its streams. Returns the erased streams. */
export async function removeDemo(
  sql: Sql,
  files: JobFiles,
): Promise<readonly { readonly streamId: number; readonly title: string }[]> {
  const open = await sql<{ jobId: string }[]>`
    select job_id as "jobId" from jobs where state in ('QUEUED', 'RUNNING')
      and payload ->> 'source' = 'synthetic' and (payload ->> 'demo')::boolean`;
  for (const { jobId } of open) await cancelJob(sql, jobId);
  const removed = [];
  for (const stream of await listDemoStreams(sql)) {
    try {
      await deleteStream(sql, stream.streamId, files);
      removed.push(stream);
    } catch (error) {
      // Another process erased it meanwhile.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return removed;
}
