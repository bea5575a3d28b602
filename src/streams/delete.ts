import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { streamTables } from '../db/store-tables.ts';
import { noteStream } from '../ingest/folding/changes.ts';
import { forgetStream } from '../ingest/write/forget-stream.ts';
import { lockStream } from './lock.ts';
import { raiseRegistry } from './registry.ts';
import { takeUpAfter } from './take-up-vacant.ts';

/** Tables whose rows need more than a plain delete: handled below, or settled together with other streams. */
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
 * Deletes the stream's alert events and removes the stream from every alert. An alert that watched only this stream
 * is paused. Locks all alerts first, so that none is evaluated meanwhile and reports the stream again; alerts are
 * few.
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

/** A job that was deleted with its stream. Its files still exist. */
export type DeletedJob = { readonly jobId: string; readonly payload: unknown };

/**
 * Deletes a stream and everything collected for it, in one transaction. Returns the deleted jobs; the caller removes
 * their files. A job that is writing to the stream stops. Other streams take up the posts that they share with it.
 * Throws NotFoundError when there is no such stream.
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
 * Deletes the jobs of a stream. An import has no stream before its first page: it is found by the account that its
 * archive names, or by the handle given with it. Jobs are few, since ended ones are deleted after 30 days.
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
