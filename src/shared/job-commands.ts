import type { ExportRequest } from './export-request.ts';

/** What clients may ask of the jobs; what is fetched is asked of `fetch/service.ts`. Each gives the job's id. */
export type JobCommands = {
  /** Enqueues the import of an archive or a log that lies on this machine's disk, or in the store of uploads. */
  importArchive(file: {
    readonly path: string;
    readonly handle: string | null;
    readonly uploaded: boolean;
    /** Whether stored posts are removed that the archive no longer has; default: no. */
    readonly removeGone?: boolean;
    /** What messages call it; else by its path. */
    readonly name?: string;
  }): Promise<string>;
  /** Enqueues the export of a stream to a file. RATE_LIMITED when as many as are allowed are kept. */
  exportStream(request: ExportRequest & { readonly title: string }): Promise<string>;
  /** Has the chat of a channel collected, and makes its stream when it is new. One that is under way is found. */
  collectChat(login: string): Promise<string>;
  /** Stops a job; one that is over already is BAD_INPUT. */
  cancel(jobId: string): Promise<void>;
  /** Puts a failed or cancelled job back, to go on where it was. */
  retry(jobId: string): Promise<void>;
};
