import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { announceJob } from '../jobs/announce.ts';
import { parseLogin } from '../shared/login.ts';
import { findOrCreateAccount } from '../streams/create.ts';
import { collectKey } from './leases.ts';

/** Has a channel's chat collected from now on, and gives the job's id: the one that is under way, where there is one. */
export async function openCollection(sql: Sql, typed: string, now: number): Promise<string> {
  const login = parseLogin(typed);
  const streamId = await findOrCreateAccount(sql, {
    platform: 'TWITCH',
    platformId: null,
    handle: login,
    displayName: null,
    description: null,
    avatarUrl: null,
    verified: null,
    protected: null,
    joinedAt: null,
    followers: null,
    following: null,
    reportedPosts: null,
    observedAt: now,
  });
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
    // Otherwise it was cancelled in between.
    if (open !== undefined) return open.jobId;
  }
}
