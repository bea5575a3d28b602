import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { announceJob } from '../jobs/announce.ts';
import { channelProfile } from '../shared/channel-profile.ts';
import { parseLogin } from '../shared/login.ts';
import { findOrCreateAccount } from '../streams/create.ts';
import { collectKey } from './leases.ts';

/** Starts to collect a channel's chat. Returns the id of the job: the open one, when the channel has one. */
export async function openCollection(sql: Sql, typed: string, now: number): Promise<string> {
  const login = parseLogin(typed);
  const profile = { platformId: null, handle: login, displayName: null, observedAt: now };
  const streamId = await findOrCreateAccount(sql, channelProfile(profile));
  const key = collectKey(streamId);
  for (;;) {
    const made = await sql<{ jobId: string }[]>`
      insert into jobs (job_id, kind, provider, stream_id, open_key, payload, message)
      values (${randomUUID()}, 'COLLECT', 'TWITCH_IRC', ${streamId}, ${key},
        ${sql.json({ source: 'collect', login })}, 'Waiting for a collector')
      on conflict do nothing returning job_id as "jobId"`;
    const [job] = made;
    if (job !== undefined) {
      announceJob(sql, job.jobId, made);
      return job.jobId;
    }
    const [open] = await sql<{ jobId: string }[]>`
      select job_id as "jobId" from jobs where open_key = ${key} and state in ('QUEUED', 'RUNNING')`;
    // Otherwise the job was cancelled meanwhile.
    if (open !== undefined) return open.jobId;
  }
}
