import type { Database } from '../db/client.ts';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import type { JobQueue, QueueCounts } from './queue.ts';
import { cancelJob, createJob, jobExists, reviveJob } from './store.ts';

/** What the API and the command line may ask of the jobs. Each gives the job's id. */
export type JobService = {
  /** Enqueues the import of an archive that lies on this machine's disk. */
  importArchive(file: {
    readonly path: string;
    readonly handle: string | null;
    readonly uploaded: boolean;
  }): Promise<string>;
  /** Enqueues the making of synthetic accounts. */
  seed(options: SeedOptions): Promise<string>;
  /** Stops a job; one that is over already is BAD_INPUT. */
  cancel(jobId: string): Promise<void>;
  /** Puts a failed or cancelled job back, to go on where it was. */
  retry(jobId: string): Promise<void>;
  counts(): Promise<QueueCounts>;
};

export type SeedOptions = {
  readonly users: number;
  readonly posts: number;
  readonly hashtags: number;
  readonly seed: number;
  /** Milliseconds. */
  readonly endingAt: number;
  readonly demo: boolean;
};

export function createJobService(db: Database, queue: JobQueue): JobService {
  return {
    async importArchive(file) {
      const jobId = await createJob(db.sql, 'X_ARCHIVE', { source: 'archive', ...file });
      await queue.add(jobId);
      return jobId;
    },
    async seed(options) {
      const jobId = await createJob(db.sql, 'SYNTHETIC', { source: 'synthetic', ...options });
      await queue.add(jobId);
      return jobId;
    },
    async cancel(jobId) {
      await requireJob(db, jobId);
      if (!(await cancelJob(db.sql, jobId))) throw new BadInputError('The job is over already');
    },
    async retry(jobId) {
      await requireJob(db, jobId);
      if (!(await reviveJob(db.sql, jobId))) {
        throw new BadInputError('Only a job that failed or was cancelled can be tried again');
      }
      await queue.add(jobId);
    },
    counts: () => queue.counts(),
  };
}

async function requireJob(db: Database, jobId: string): Promise<void> {
  if (!(await jobExists(db.sql, jobId))) throw new NotFoundError('No such job');
}
