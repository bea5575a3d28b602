import type { Paged } from './spool-file.ts';

/**
 * The tweets of one month (UTC) in order of time, without copies. The month is that of the id when the id contains a
 * time.
 */
export type Run = {
  /** `2015-03`: sorts by time as text. */
  readonly month: string;
  readonly count: number;
  /** The spool's file. */
  readonly path: string;
  /** The JSON texts, one after the other. */
  readonly data: Paged;
  /** Their `RunIndex`. */
  readonly index: Paged;
};
