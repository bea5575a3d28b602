/** A hashtag, a mention or a word of a window, as the table shows it. */
export type TrendRow = {
  /** Its name in the API: without # or @. */
  readonly term: string;
  readonly rank: number;
  readonly previousRank: number | null;
  readonly count: number;
  readonly authors: number;
  readonly expected: number;
  readonly burst: number;
  /** Posts in the last windows, oldest first. */
  readonly recent: readonly number[];
};

/** A window of them. */
export type TrendWindow = {
  readonly from: string;
  readonly to: string;
  readonly totalCount: number;
  readonly rows: readonly TrendRow[];
};
