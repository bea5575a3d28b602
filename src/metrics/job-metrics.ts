import { Counter, Histogram, type Registry } from 'prom-client';
import type { AlertObserver } from '../alerts/observer.ts';
import type { PoolFacts } from '../db/pool.ts';
import type { JobObserver } from '../jobs/observer.ts';
import { deliveryMethods, alertKinds } from '../shared/alert.ts';
import { jobKinds } from '../shared/job.ts';
import { builtOf } from '../shared/names.ts';
import { watchPools } from './pools.ts';
import { createRegistry } from './registry.ts';

/** The metrics of a process that does jobs. */
export type JobMetrics = JobObserver &
  AlertObserver & {
    readonly registry: Registry;
    /** Counts a request to a provider with its outcome: `ok`, or the code of its failure. */
    asked(call: { readonly provider: string; readonly outcome: string; readonly seconds: number }): void;
  };

const outcomes = ['succeeded', 'failed', 'cancelled'];
/** Covers everything from a fetch of one page to the import of a large archive. */
const jobSeconds = [0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];

export function createJobMetrics(pools: () => readonly PoolFacts[]): JobMetrics {
  const registry = createRegistry('worker');
  const registers = [registry];
  watchPools(registry, pools);
  const jobs = new Counter({
    name: 'larkstat_jobs_ended_total',
    help: 'Jobs that ended, by kind and outcome.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'larkstat_job_duration_seconds',
    help: 'Time from the first start of a job to its end, including its waits.',
    labelNames: ['kind', 'outcome'] as const,
    buckets: jobSeconds,
    registers,
  });
  const posts = new Counter({
    name: 'larkstat_ingest_posts_total',
    help: 'Stored posts: new ones, and known ones that had changed.',
    labelNames: ['result'] as const,
    registers,
  });
  const calls = new Counter({
    name: 'larkstat_provider_requests_total',
    help: 'Pages, profiles and lookups that were requested from a provider; the outcome is ok or an error code.',
    labelNames: ['provider', 'outcome'] as const,
    registers,
  });
  const callDurations = new Histogram({
    name: 'larkstat_provider_request_duration_seconds',
    help: 'How long a provider took to answer, or to fail.',
    labelNames: ['provider'] as const,
    buckets: callSeconds,
    registers,
  });
  const firings = new Counter({
    name: 'larkstat_alerts_fired_total',
    help: 'Events of alerts by kind of alert; tests are not counted.',
    labelNames: ['kind'] as const,
    registers,
  });
  const deliveries = new Counter({
    name: 'larkstat_alert_deliveries_total',
    help: 'Attempts to deliver an event of an alert; gone: the receiver refuses further events.',
    labelNames: ['method', 'outcome'] as const,
    registers,
  });
  // Begins at zero: a series that appears with its first event shows no rate for it.
  for (const kind of Object.keys(builtOf(jobKinds)))
    for (const outcome of outcomes) jobs.inc({ kind, outcome }, 0);
  for (const result of ['new', 'changed']) posts.inc({ result }, 0);
  for (const kind of Object.keys(alertKinds)) firings.inc({ kind }, 0);
  for (const method of Object.keys(deliveryMethods))
    for (const outcome of ['delivered', 'failed', 'gone']) deliveries.inc({ method, outcome }, 0);
  return {
    registry,
    ended({ kind, outcome, seconds }) {
      jobs.inc({ kind, outcome });
      durations.observe({ kind, outcome }, seconds);
    },
    fired(kind) {
      firings.inc({ kind });
    },
    attempted({ method, outcome }) {
      deliveries.inc({ method, outcome });
    },
    wrote({ inserted, updated }) {
      posts.inc({ result: 'new' }, inserted);
      posts.inc({ result: 'changed' }, updated);
    },
    asked({ provider, outcome, seconds }) {
      calls.inc({ provider, outcome });
      callDurations.observe({ provider }, seconds);
    },
  };
}
