import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import type { Written } from '../streams/ingest.ts';
import type { JobEvent } from './events.ts';
import type { UploadStore } from './uploads/store.ts';
import type { RunningJob } from './lease.ts';

/** What the code of a job gets. */
export type JobRun = {
  readonly db: Database;
  readonly job: RunningJob;
  /** Aborted when the job is cancelled or the worker shuts down. */
  readonly signal: AbortSignal;
  /** The folder for the files of running jobs; each job has its own in it. */
  readonly spoolRoot: string;
  /** The store of uploads. */
  readonly uploads: UploadStore;
  readonly now: () => number;
  /** Reports the current step to people, before posts are written; at most twice a second. */
  report(message: string): void;
  /** Counts a page in the transaction that writes it. */
  countWritten(
    tx: TransactionSql,
    streamId: number,
    written: Written,
    shown?: { readonly message: string; readonly event: JobEvent | null },
  ): Promise<void>;
  /** Milliseconds since this run began. */
  elapsedMs(): number;
};
