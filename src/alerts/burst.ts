import type { Database } from '../db/client.ts';

/** How far a hashtag is above what its past predicts, in the window `[from, to)`. */
export type Burst = {
  readonly posts: number;
  readonly authors: number;
  /** Standard scores; null when that cannot be told. */
  readonly score: number | null;
};

/** What tells of a hashtag's burst: `trends/` gives it, as what it says is what is trending. Instants are milliseconds. */
export type MeasureBurst = (
  db: Database,
  asked: {
    readonly tag: string;
    readonly from: number;
    readonly to: number;
    /** Posts of these streams only; null: of all. */
    readonly streams: readonly number[] | null;
  },
) => Promise<Burst>;
