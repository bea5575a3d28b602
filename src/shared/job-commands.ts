import type { ExportRequest } from './export-request.ts';

/** Job commands for clients; `fetch/service.ts` has those for fetching. Commands that create a job return its id. */
export type JobCommands = {
  /** Enqueues the import of an archive or a log on this machine's disk or in the store of uploads. */
  importArchive(file: {
    readonly path: string;
    readonly handle: string | null;
    readonly uploaded: boolean;
    /** Whether to delete stored posts that the archive no longer has; default: no. */
    readonly removeGone?: boolean;
    /** The name that messages use; default: the path. */
    readonly name?: string;
  }): Promise<string>;
  /** Enqueues the export of a stream to a file. Throws RATE_LIMITED when the limit of stored exports is reached. */
  exportStream(request: ExportRequest & { readonly title: string }): Promise<string>;
  /** Starts to collect a channel's chat and creates its stream when it is new. Returns the open job if there is one. */
  collectChat(login: string): Promise<string>;
  /** Stops a job; throws BAD_INPUT when it has already ended. */
  cancel(jobId: string): Promise<void>;
  /** Puts a failed or cancelled job back into the queue, to continue where it stopped. */
  retry(jobId: string): Promise<void>;
};
