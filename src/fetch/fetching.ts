import type { Sql } from 'postgres';
import type { Fetching } from '../jobs/fetching.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { type Chain, ofJob } from './chain.ts';
import { fetchPosts } from './fetch.ts';
import { enqueueDue } from './schedule.ts';

/**
 * Creates what a worker needs to fetch with this chain. Without providers, nothing is scheduled and fetch jobs fail.
 */
export function openFetching(options: {
  readonly sql: Sql;
  readonly queue: JobQueue;
  readonly chain: Chain;
}): Fetching {
  const { sql, queue, chain } = options;
  return {
    run: (run, payload) => fetchPosts(run, ofJob(chain, run.job.jobId), payload),
    async enqueueDue() {
      if (chain.providers.length > 0) await enqueueDue({ sql, queue, now: Date.now() });
    },
    prune: () => chain.prune(),
  };
}
