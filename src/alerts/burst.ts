import type { Database } from '../db/client.ts';

/** How far a hashtag is above what its past predicts, in the window `[from, to)`. */
export type Burst = {
  readonly posts: number;
  readonly authors: number;
  /** In standard scores; null when it can't be computed. */
  readonly score: number | null;
};

/**
 * Measures a hashtag's burst. `trends/` provides it, so that alerts and the trending list agree. Instants are in
 * milliseconds.
 */
export type MeasureBurst = (
  db: Database,
  asked: {
    readonly tag: string;
    readonly from: number;
    readonly to: number;
    /** Only posts of these streams; null: of all. */
    readonly streams: readonly number[] | null;
  },
) => Promise<Burst>;
