/** What the cache of answers of a process tells of itself, counted since its start; `CacheStats` of the API says each one's meaning. */
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
