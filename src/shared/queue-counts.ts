/** The number of queued jobs by state, and the workers of the queues. */
export type QueueCounts = {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
  readonly workers: number;
};
