import type { UnpackLimits } from './unpack-limits.ts';

/** A file of an archive, in a zip or a folder. */
export type SourceFile = {
  /** With `/` between folders, without `.gz`. */
  readonly path: string;
  /** Size in bytes; `read` yields as many, except for UTF-16. Null when it is only known after reading. */
  readonly size: number | null;
  /**
   * Reads the content from the beginning as UTF-8; throws BadInputError when it is damaged or not text. May be called
   * again.
   */
  readonly read: () => AsyncIterable<Buffer>;
};

/** The input of an import (a zip, a folder or one file) as a list of files. */
export type Source = {
  readonly kind: 'zip' | 'folder' | 'file';
  /** The name that messages use. */
  readonly name: string;
  /**
   * Only files that a layout may use: an archive has hundreds of thousands of media files, which would fill the memory.
   */
  readonly files: readonly SourceFile[];
  /** Number of all files, listed or not. */
  readonly count: number;
  readonly close: () => Promise<void>;
};

/** A file to import. */
export type GivenFile = {
  readonly path: string;
  /** The name that messages use. */
  readonly name: string;
  readonly limits: UnpackLimits;
  /** Stops opening and reading; the files are closed all the same. */
  readonly signal: AbortSignal | undefined;
  /** Selects the files to list; default: those that a layout may use. */
  readonly isWanted?: (path: string) => boolean;
};
