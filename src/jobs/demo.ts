import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { announce } from '../db/news.ts';
import { NotFoundError } from '../shared/errors.ts';
import { dayMs } from '../shared/instant.ts';
import { listDemoStreams } from '../streams/demo.ts';
import { deleteStream, type JobFiles } from './delete-stream.ts';
import type { SyntheticImport } from './payloads.ts';
import { cancelJob } from './store.ts';

/** By it the index jobs_open_key allows one open job of the demo, however many ask for it at once. */
const openKey = 'demo';

/** The job that makes up the demo's accounts; null when they are there. */
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
    // None where somebody else's came meanwhile.
    if (made === undefined) continue;
    announce(sql, { job: made.jobId });
    return { jobId: made.jobId, isNew: true };
  }
}

/** Stops the making of the demo and erases its streams, and no others. Returns what was erased. */
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
      // Somebody else erases it, too.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return removed;
}
