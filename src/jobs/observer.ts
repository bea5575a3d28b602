/** Is told what jobs do, for whoever counts it. */
export type JobObserver = {
  /** A job is over. The seconds are those since it first began, its waits included. */
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
