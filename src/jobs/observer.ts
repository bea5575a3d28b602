/** Receives what jobs do, for metrics. */
export type JobObserver = {
  /** A job has ended. `seconds` are counted from its first start, including its waits. */
  ended(job: {
    readonly kind: string;
    readonly outcome: 'succeeded' | 'failed' | 'cancelled';
    readonly seconds: number;
  }): void;
  /** A page of posts was written. */
  wrote(posts: { readonly inserted: number; readonly updated: number }): void;
};

/** Counts nothing. */
export const noObserver: JobObserver = { ended() {}, wrote() {} };
