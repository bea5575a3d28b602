import type { Paged } from './spool-file.ts';

/** The tweets of one month (UTC), in order of their dates and without copies. Ids tell the month where they tell a time. */
export type Run = {
  /** `2015-03`: sorts by time as text. */
  readonly month: string;
  /** How many tweets. */
  readonly count: number;
  /** The spool's file. */
  readonly path: string;
  /** Their JSON, one after the other. */
  readonly data: Paged;
  /** A `RunIndex` of them. */
  readonly index: Paged;
};
