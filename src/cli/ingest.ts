import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { findJob, type JobRow } from '../entities/job/query.ts';
import { parseHandle } from '../shared/handle.ts';
import { openQueue } from '../jobs/queue.ts';
import { createJobService, type JobService } from '../jobs/service.ts';
import { createLogger } from '../platform/logger.ts';
import { BadInputError, DomainError, must } from '../shared/errors.ts';
import { syntheticDefaults } from '../providers/synthetic/provider.ts';
import type { OpenStore } from '../store.ts';
import { startWorkerProcess } from '../worker-process.ts';
import { count, type Environment, type Output, print } from './output.ts';
import { withStore } from './with-store.ts';

/** Imports an archive as a job, and follows it to its end. */
export async function importPath(
  environment: Environment,
  path: string,
  options: Output & { readonly handle?: string },
): Promise<void> {
  const full = resolve(path);
  const handle = options.handle === undefined ? null : parseHandle(options.handle);
  await stat(full).catch(() => {
    throw new BadInputError(`No such file or folder: ${full}`);
  });
  await followJob(environment, options, (jobs) =>
    jobs.importArchive({ path: full, handle, uploaded: false }),
  );
}

type SeedFlags = {
  readonly users?: number;
  readonly posts?: number;
  readonly hashtags?: number;
  readonly seed?: number;
  readonly endingAt?: number;
};

/** Makes up accounts as a job, and follows it to its end. */
export async function seed(environment: Environment, options: Output & SeedFlags): Promise<void> {
  const day = 86_400_000;
  const { users, posts, hashtags, seed: number } = { ...syntheticDefaults, ...options };
  const endingAt = options.endingAt ?? Math.floor(Date.now() / day) * day;
  await followJob(environment, options, (jobs) =>
    jobs.seed({ users, posts, hashtags, seed: number, endingAt, demo: false }),
  );
}

async function followJob(
  environment: Environment,
  output: Output,
  enqueue: (jobs: JobService) => Promise<string>,
): Promise<void> {
  await withStore(environment, async (store, config) => {
    const log = createLogger(config.logLevel === 'info' ? 'error' : config.logLevel, 'cli');
    const queue = openQueue(store.url, log);
    // A worker of our own: no server may be running. Where one is, whichever is free takes the job.
    const worker = startWorkerProcess(environment, store.url, log);
    try {
      const job = await untilOver(store, await enqueue(createJobService(store.db, queue)), output);
      report(job, output);
    } finally {
      await worker.close();
      await queue.close();
    }
  });
}

async function untilOver(store: OpenStore, jobId: string, output: Output): Promise<JobRow> {
  const format = '{message} [{bar}] {percentage}% | {value}/{total} posts | {rate} posts/s';
  const bar = new SingleBar({ format, hideCursor: true, stopOnComplete: false }, Presets.legacy);
  const visible = !output.json && process.stderr.isTTY === true;
  if (visible) bar.start(1, 0, { message: 'Waiting', rate: 0 });
  try {
    for (;;) {
      const job = must(await findJob(store.db, jobId), 'only deleting its stream deletes a job');
      bar.setTotal(job.total ?? 1);
      bar.update(job.fetched, { message: job.message, rate: count(job.postsPerSecond) });
      if (job.state !== 'QUEUED' && job.state !== 'RUNNING') return job;
      await sleep(200);
    }
  } finally {
    if (visible) bar.stop();
  }
}

function report(job: JobRow, output: Output): void {
  if (job.state === 'FAILED') {
    throw new DomainError(job.errorCode ?? 'INTERNAL', job.errorMessage ?? 'The job failed');
  }
  if (job.state === 'CANCELLED') throw new BadInputError('The job was cancelled');
  const { fetched, inserted, updated, rejected, rejections, postsPerSecond } = job;
  print(
    output,
    { jobId: job.jobId, fetched, inserted, updated, rejected, rejections: rejections ?? [], postsPerSecond },
    [
      `${count(fetched)} posts read: ${count(inserted)} new, ${count(updated)} changed, ${count(fetched - inserted - updated)} known (${count(postsPerSecond)} posts/s)`,
      ...(rejected > 0 ? [`${count(rejected)} records could not be read and were kept out:`] : []),
      ...(rejections ?? []).slice(0, 10).map(({ where, reason }) => `  ${where}: ${reason}`),
      ...(rejected > 10 ? ['  … (--json names the first 100)'] : []),
    ],
  );
}
