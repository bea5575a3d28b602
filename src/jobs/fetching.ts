import type { FetchPayload } from './payloads.ts';
import type { JobRun } from './job-run.ts';

/** The interface between workers and fetches, implemented in `fetch/fetching.ts`. */
export type Fetching = {
  /** Runs a fetch job to its end. Returns its last message. */
  run(run: JobRun, payload: FetchPayload): Promise<string>;
  /** Enqueues a fetch of every stream that is due. Called every few seconds. */
  enqueueDue(): Promise<void>;
  /** Deletes expired state. Called every hour. */
  prune(): Promise<void>;
};
