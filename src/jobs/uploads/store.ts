import type { Readable } from 'node:stream';

/** Where uploaded files are until their job is over, and exported ones until nobody may download them any more. */
export type UploadStore = {
  /** The folder of this disk that a request's file is received in. */
  readonly folder: string;
  /**
   * Takes over a file that was received there or made elsewhere on this disk, under a name that is a UUID, and returns
   * its location, which jobs note. Rejects with
   * STORE_UNAVAILABLE when the file cannot be stored, and with the signal's reason; then nothing of it is left.
   */
  keep(path: string, signal: AbortSignal): Promise<string>;
  /** Returns the path of the file on this disk, which may be a copy in the given folder; null when there is none. */
  open(location: string, copying: Copying): Promise<string | null>;
  /** Returns what is in the file and how much that is; null when there is none. The reader has to be destroyed or read to its end. */
  read(location: string, signal: AbortSignal): Promise<StoredFile | null>;
  /** Removes a file, if there is one. A file that stays is logged: `sweep` removes it later. */
  remove(location: string): Promise<void>;
  /** Removes files older than the instant, unless their name is needed. `listNeeded` is called when there is any file. */
  sweep(listNeeded: () => Promise<ReadonlySet<string>>, before: number): Promise<void>;
};

/** A file that is read. */
export type StoredFile = { readonly bytes: number; readonly content: Readable };

/** How a file of a store is copied to this disk. */
export type Copying = {
  /** A folder of the job's own, which the job removes; made when it does not exist. */
  readonly folder: string;
  /** What messages call the file. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number) => void;
};
