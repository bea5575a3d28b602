import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import type { Written } from '../streams/ingest.ts';
import type { JobEvent } from './events.ts';
import type { UploadStore } from './uploads/store.ts';
import type { RunningJob } from './lease.ts';

/** What a job's code works with. */
export type JobRun = {
  readonly db: Database;
  readonly job: RunningJob;
  /** Aborted when the job is cancelled or the worker shuts down. */
  readonly signal: AbortSignal;
  /** Where jobs may put files while they run, each in a folder of its own. */
  readonly spoolRoot: string;
  /** Where uploads are. */
  readonly uploads: UploadStore;
  readonly now: () => number;
  /** What is being done before posts are written, for people; kept at most twice a second. */
  report(message: string): void;
  /** Counts pages in the transaction that writes them. */
  countWritten(
    tx: TransactionSql,
    streamId: number,
    written: Written,
    told?: { readonly message: string; readonly event: JobEvent | null },
  ): Promise<void>;
  /** Since this run began. */
  elapsedMs(): number;
};
