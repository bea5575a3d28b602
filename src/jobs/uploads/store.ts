import type { Readable } from 'node:stream';

/** Stores uploaded files until their job ends, and exported files until they expire. */
export type UploadStore = {
  /** The folder on this disk that receives the files of requests. */
  readonly folder: string;
  /**
   * Takes a file of this disk whose name is a UUID, from `folder` or elsewhere. Returns its location, which is stored
   * with the job.
   * Rejects with STORE_UNAVAILABLE when the file cannot be stored, or with the signal's reason; nothing of the file is
   * left then.
   */
  keep(path: string, signal: AbortSignal): Promise<string>;
  /** Returns the path of the file on this disk, or of a copy in the given folder; null when there is none. */
  open(location: string, copying: Copying): Promise<string | null>;
  /** Opens a file to read it; null when there is none. The caller reads the stream to its end or destroys it. */
  read(location: string, signal: AbortSignal): Promise<StoredFile | null>;
  /** Removes a file if it exists. A failure is logged: `sweep` removes the file later. */
  remove(location: string): Promise<void>;
  /**
   * Removes files older than the instant whose name is not needed. `listNeeded` is called only when there are files.
   */
  sweep(listNeeded: () => Promise<ReadonlySet<string>>, before: number): Promise<void>;
};

/** An opened file. */
export type StoredFile = { readonly bytes: number; readonly content: Readable };

/** How a file is copied to this disk. */
export type Copying = {
  /** The job's own folder, which the job removes; created when it does not exist. */
  readonly folder: string;
  /** The file's name in messages. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number) => void;
};
