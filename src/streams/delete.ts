import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/news.ts';
import { streamTables } from '../db/store-tables.ts';
import { noteStream } from '../ingest/folding/changes.ts';
import { forgetStream } from '../ingest/write/forget-stream.ts';
import { lockStream } from './lock.ts';
import { raiseRegistry } from './registry.ts';
import { takeUpAfter } from './take-up-vacant.ts';

/** Tables whose rows of a stream do not simply go: what becomes of them is said below, or settled with other streams. */
const apart: ReadonlySet<string> = new Set([
  'known_posts',
  'vacant_posts',
  'alert_events',
  'alert_posts',
  'alert_streams',
  'jobs',
  'accounts',
  'streams',
]);
const tables = streamTables.filter((name) => !apart.has(name));

/**
 * What alerts told of the stream goes with it, and none watches it any more; one that watched no other is paused. All
 * alerts are locked first, so that none is evaluated meanwhile and tells of it again: there are few.
 */
async function deleteFromAlerts(tx: TransactionSql, streamId: number): Promise<void> {
  await tx`select from alerts order by alert_id for update`;
  await tx`
    delete from alert_deliveries d using alert_events e
    where e.event_id = d.event_id and e.stream_id = ${streamId}`;
  for (const table of ['alert_events', 'alert_posts', 'alert_streams'])
    await tx`delete from ${tx(table)} where stream_id = ${streamId}`;
  await tx`
    update alerts set streams = array_remove(streams, ${streamId}),
      state = case when streams = array[${streamId}::int] then 'PAUSED' else state end,
      note = case when streams = array[${streamId}::int] then 'The streams that it watched were deleted' else note end
    where ${streamId} = any(streams)`;
}

/** A job that went with its stream; its files are still there. */
export type DeletedJob = { readonly jobId: string; readonly payload: unknown };

/**
 * Deletes a stream's rows and all that was collected of it, or nothing. Returns the jobs that went with it, whose files
 * are the caller's to remove: a job that writes to the stream meanwhile stops. Other streams take up the posts that they
 * share with it. Throws NotFoundError when there is none.
 */
export async function deleteStreamRows(sql: Sql, streamId: number): Promise<readonly DeletedJob[]> {
  const { jobs, vacated } = await sql.begin(async (tx) => {
    const platform = await lockStream(tx, streamId);
    const forget = await forgetStream(tx, { streamId, platform });
    await noteStream(tx, streamId);
    for (const table of tables) await tx`delete from ${tx(table)} where stream_id = ${streamId}`;
    await deleteFromAlerts(tx, streamId);
    const jobs = await deleteJobs(tx, streamId);
    await tx`delete from accounts where stream_id = ${streamId}`;
    await tx`delete from streams where stream_id = ${streamId}`;
    announce(tx, { stream: streamId, version: null }, ...jobs.map(({ jobId }) => ({ job: jobId })));
    await raiseRegistry(tx);
    return { jobs, vacated: await forget() };
  });
  await takeUpAfter(sql, vacated);
  return jobs;
}

/**
 * An import does not know its stream before its first page: then by the account that its archive names, or by the
 * handle that was given with it. Jobs are few, as those that ended are deleted after 30 days.
 */
async function deleteJobs(tx: TransactionSql, streamId: number): Promise<readonly DeletedJob[]> {
  return tx<DeletedJob[]>`
    delete from jobs j where stream_id = ${streamId} or stream_id is null and exists (
      select from accounts a, lateral (select
        j.payload #>> '{account,platformId}' as platform_id,
        lower(coalesce(j.payload #>> '{account,handle}', ltrim(j.payload ->> 'handle', '@'))) as handle) named
      where a.stream_id = ${streamId} and j.payload ->> 'source' = 'archive'
        and coalesce(named.platform_id = a.platform_id, named.handle = lower(a.handle)))
    returning job_id as "jobId", payload`;
}
