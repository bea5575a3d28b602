import { hostname } from 'node:os';
import { openCollection } from '../collect/open.ts';
import type { Database } from '../db/client.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import { dayMs } from '../shared/instant.ts';
import type { JobCommands } from '../shared/job-commands.ts';
import { openDemo } from './demo.ts';
import { createExport } from './exports.ts';
import { planFreshPosts } from './import-fresh.ts';
import type { QueueCounts } from '../shared/queue-counts.ts';
import type { JobQueue } from './queue.ts';
import { cancelJob, createJob, jobExists, priorities, reviveJob } from './store.ts';
import { thisDisk } from './uploads/folder.ts';
import { isNameless, removeUpload } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';

/**
 * The jobs' interface for the command line and the server: more than clients may do. Each method returns the job's id.
 */
export type JobService = JobCommands & {
  /** Enqueues a job that generates accounts. */
  seed(options: SeedOptions): Promise<string>;
  /** Enqueues the job that generates the demo, or returns the open one; null when the demo exists. */
  addDemo(now: number): Promise<string | null>;
  /** Enqueues a job that generates newer posts of the stored generated accounts; NOT_FOUND without such accounts. */
  refresh(options: { readonly posts: number; readonly now: number }): Promise<string>;
  counts(): Promise<QueueCounts>;
};

type SeedOptions = {
  readonly users: number;
  readonly posts: number;
  readonly hashtags: number;
  readonly seed: number;
  /** Milliseconds. */
  readonly endingAt: number;
  readonly demo: boolean;
};

/** The limits of exported files. */
export type ExportSettings = {
  /** How long each can be downloaded, in milliseconds. */
  readonly keepMs: number;
  /** How many exports may wait, run or have a file. */
  readonly most: number;
};

const exportDefaults: ExportSettings = { keepMs: dayMs, most: 100 };

/** Creates the service. By default uploads are on this disk. */
export function createJobService(
  db: Database,
  queue: JobQueue,
  uploads: UploadStore = thisDisk(),
  exports: ExportSettings = exportDefaults,
): JobService {
  return {
    async importArchive(file) {
      const payload = { source: 'archive', ...file, host: hostname() } as const;
      const jobId = await createJob(db.sql, 'X_ARCHIVE', payload).catch(async (error: unknown) => {
        // With a full database there is no job. After a lost connection there may be one, which needs the file.
        if (databaseFull(error) !== null) await removeUpload(uploads, { payload });
        throw error;
      });
      void queue.add(jobId, { kind: 'IMPORT', priority: priorities.asked });
      return jobId;
    },
    async seed(options) {
      const jobId = await createJob(db.sql, 'SYNTHETIC', { source: 'synthetic', ...options });
      void queue.add(jobId, { kind: 'IMPORT', priority: priorities.asked });
      return jobId;
    },
    async addDemo(now) {
      const opened = await openDemo(db.sql, now);
      if (opened?.isNew) void queue.add(opened.jobId, { kind: 'IMPORT', priority: priorities.asked });
      return opened?.jobId ?? null;
    },
    async refresh({ posts, now }) {
      const jobId = await createJob(db.sql, 'SYNTHETIC', await planFreshPosts(db.sql, { posts, now }));
      void queue.add(jobId, { kind: 'IMPORT', priority: priorities.asked });
      return jobId;
    },
    collectChat: (login) => openCollection(db.sql, login, Date.now()),
    async exportStream({ range, ...request }) {
      const payload = { source: 'export', ...request, ...range, keepMs: exports.keepMs } as const;
      const jobId = await createExport(db.sql, payload, exports.most);
      void queue.add(jobId, { kind: 'EXPORT', priority: priorities.asked });
      return jobId;
    },
    async cancel(jobId) {
      await requireJob(db, jobId);
      const job = await cancelJob(db.sql, jobId);
      if (job === null) throw new BadInputError('The job has ended already');
      // No stream's deletion would remove the upload, and it may contain more than posts.
      if (isNameless(job)) await removeUpload(uploads, job);
    },
    async retry(jobId) {
      await requireJob(db, jobId);
      const place = await reviveJob(db.sql, jobId);
      if (place === null) {
        throw new BadInputError('Only a job that failed or was cancelled can be tried again');
      }
      // Collectors find their jobs without a queue.
      if (place.kind !== 'COLLECT') await queue.ensure(jobId, place);
    },
    counts: () => queue.counts(),
  };
}

async function requireJob(db: Database, jobId: string): Promise<void> {
  if (!(await jobExists(db.sql, jobId))) throw new NotFoundError('No such job');
}
