import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { RateLimitedError } from '../shared/errors.ts';
import { cleanText } from '../shared/text.ts';
import { jobPayload, type ExportedFile, type StreamExport } from './payloads.ts';
import type { UploadStore } from './uploads/store.ts';

/**
 * Enqueues an export and returns its job's id. Throws RATE_LIMITED when too many exports wait, run or have a file: each
 * file takes disk space until it expires.
 */
export async function createExport(sql: Sql, payload: StreamExport, most: number): Promise<string> {
  const jobId = randomUUID();
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('larkstat exports'))`;
    const [row] = await tx<{ count: number; next: number | null }[]>`
      select count(*)::int as count, min((payload #>> '{file,expiresAt}')::float8) as next from jobs
      where kind = 'EXPORT' and (state in ('QUEUED', 'RUNNING')
        or state = 'SUCCEEDED' and (payload #>> '{file,expiresAt}')::float8 > ${Date.now()})`;
    if (row !== undefined && row.count >= most) throw tooMany(row.count, most, row.next);
    const clean = { ...payload, title: cleanText(payload.title) };
    await tx`
      insert into jobs (job_id, kind, stream_id, payload)
      values (${jobId}, 'EXPORT', ${payload.streamId}, ${sql.json(clean)})`;
    announce(tx, { job: jobId });
  });
  return jobId;
}

/** While no file expires, suggest a minute: some running export may end by then. */
function tooMany(count: number, most: number, next: number | null): RateLimitedError {
  const retryAt = new Date(Math.max(next ?? 0, Date.now() + 60_000));
  return new RateLimitedError(
    `${count} exports exist, ${most} are allowed (EXPORTS_MAX): try again when one has expired`,
    retryAt,
  );
}

/**
 * Returns the file of an export that succeeded. Null when there is no such job, it has not ended, or its file expired
 * and was removed.
 */
export async function findExportedFile(sql: Sql, jobId: string): Promise<ExportedFile | null> {
  const rows = await sql<{ payload: unknown }[]>`
    select payload from jobs where job_id = ${jobId} and kind = 'EXPORT' and state = 'SUCCEEDED'`;
  return fileOf(rows[0]?.payload);
}

/** Reads the file in an export's payload; null without one. */
export function fileOf(payload: unknown): ExportedFile | null {
  const { data } = jobPayload.safeParse(payload);
  return data?.source === 'export' ? (data.file ?? null) : null;
}

/** Removes files that expired, and files of cancelled or failed exports. */
export async function removeExpired(sql: Sql, uploads: UploadStore, now: number): Promise<void> {
  const rows = await sql<{ jobId: string; payload: unknown }[]>`
    select job_id as "jobId", payload from jobs
    where kind = 'EXPORT' and payload ? 'file' and (state in ('FAILED', 'CANCELLED')
      or state = 'SUCCEEDED' and (payload #>> '{file,expiresAt}')::float8 <= ${now})`;
  for (const { jobId, payload } of rows) {
    const file = fileOf(payload);
    if (file === null) continue;
    await uploads.remove(file.location);
    await sql`
      update jobs set payload = payload - 'file'
      where job_id = ${jobId} and payload #>> '{file,location}' = ${file.location}`;
  }
}
