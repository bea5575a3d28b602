import type { UnpackLimits } from './unpack-limits.ts';

/** A file of an archive, wherever the archive keeps it. */
export type SourceFile = {
  /** With `/` between folders; without `.gz`. */
  readonly path: string;
  /** Bytes of the file, which `read` gives but for those in UTF-16; null when only reading tells. */
  readonly size: number | null;
  /** The content from its beginning, in UTF-8; throws BadInputError when it is damaged, or no text. May be called again. */
  readonly read: () => AsyncIterable<Buffer>;
};

/** What was given to import: a zip, a folder or one file, seen as a list of files. */
export type Source = {
  readonly kind: 'zip' | 'folder' | 'file';
  /** The name that messages use. */
  readonly name: string;
  /** Those that a layout may want: an archive has media by the hundred thousand, which would fill the memory. */
  readonly files: readonly SourceFile[];
  /** How many files there are, also those that are not listed. */
  readonly count: number;
  readonly close: () => Promise<void>;
};

/** One file that was given. */
export type GivenFile = {
  readonly path: string;
  /** The name that messages use. */
  readonly name: string;
  readonly limits: UnpackLimits;
  /** Stops the opening and every reading; files are closed all the same. */
  readonly signal: AbortSignal | undefined;
  /** Which of its files are listed; default: those that a layout may want. */
  readonly isWanted?: (path: string) => boolean;
};
