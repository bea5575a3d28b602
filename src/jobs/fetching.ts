import type { FetchPayload } from './payloads.ts';
import type { JobRun } from './job-run.ts';

/** What a worker asks of those who fetch; `fetch/fetching.ts` gives it. */
export type Fetching = {
  /** Does a fetch job to its end and gives its closing message. */
  run(run: JobRun, payload: FetchPayload): Promise<string>;
  /** Enqueues a fetch of every stream whose turn it is; called every few seconds. */
  enqueueDue(): Promise<void>;
  /** Forgets what counts no more; called every hour. */
  prune(): Promise<void>;
};
