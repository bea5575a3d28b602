import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { JobService } from './jobs/service.ts';
import type { OpenStore } from './store.ts';

/** How long a start waits for the demo, which otherwise continues in the background. */
const waitMs = 6_000;

/**
 * Whether the store is embedded, has no job, and never had a stream. The sequence counts erased streams too, so a
 * removed demo does not come back.
 */
export async function wantsDemo({ kind, db }: OpenStore): Promise<boolean> {
  if (kind !== 'embedded') return false;
  const [used] = await db.rows(
    sql`select 1 where exists (select 1 from jobs) or (select is_called from streams_stream_id_seq)`,
  );
  return used === undefined;
}

/** Generates the demo accounts as a job, and waits a moment for them. */
export async function loadDemo(jobs: JobService, { db }: OpenStore, signal: AbortSignal): Promise<void> {
  await jobs.addDemo(Date.now());
  for (const end = Date.now() + waitMs; Date.now() < end; ) {
    const [open] = await db.rows(sql`select 1 from jobs where state in ('QUEUED', 'RUNNING') limit 1`);
    if (!open) return;
    await sleep(100, undefined, { signal });
  }
}
