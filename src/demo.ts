import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { JobService } from './jobs/service.ts';
import type { OpenStore } from './store.ts';

/** Waited for, but not long: it goes on by itself. */
const waitMs = 6_000;

/**
 * Whether there is nothing else to show: an embedded store with no job in which there never was a stream. The
 * sequence remembers those that were erased: a demo that was removed stays away.
 */
export async function wantsDemo({ kind, db }: OpenStore): Promise<boolean> {
  if (kind !== 'embedded') return false;
  const [used] = await db.rows(
    sql`select 1 where exists (select 1 from jobs) or (select is_called from streams_stream_id_seq)`,
  );
  return used === undefined;
}

/** Makes up the demo accounts as a job, and waits a moment for them. */
export async function loadDemo(jobs: JobService, { db }: OpenStore, signal: AbortSignal): Promise<void> {
  await jobs.addDemo(Date.now());
  for (const end = Date.now() + waitMs; Date.now() < end; ) {
    const [open] = await db.rows(sql`select 1 from jobs where state in ('QUEUED', 'RUNNING') limit 1`);
    if (!open) return;
    await sleep(100, undefined, { signal });
  }
}
