/** Facts about a process's response cache since its start; the API's `CacheStats` describes each. */
export type CacheFacts = {
  readonly hits: number;
  readonly stale: number;
  readonly misses: number;
  readonly meanHitMs: number;
  readonly meanMissMs: number;
  readonly bytes: number;
  readonly entries: number;
  readonly oldestMs: number | null;
};
