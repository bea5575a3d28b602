/** What is needed to keep a list of jobs in order. */
export type Listed = {
  readonly id: string;
  readonly state: string;
  readonly kind: string;
  readonly createdAt: string;
};
/** Which jobs a list shows; null: all. */
export type JobFilter = { readonly state: string | null; readonly kind: string | null };

/**
 * Returns a list of jobs, newest first, with what `changed` says of some: those that fit the filter no more are gone,
 * new ones that fit are in their place. Jobs that are older than the last one loaded wait for their page.
 */
export function mergeJobs<Job extends Listed>(
  loaded: readonly Job[],
  changed: ReadonlyMap<string, Job>,
  filter: JobFilter,
  hasMore: boolean,
): readonly Job[] {
  if (changed.size === 0) return loaded;
  const fits = (job: Job) =>
    (filter.state === null || job.state === filter.state) &&
    (filter.kind === null || job.kind === filter.kind);
  const known = new Set(loaded.map(({ id }) => id));
  const oldest = hasMore ? loaded.at(-1)?.createdAt : undefined;
  const arrived = [...changed.values()].filter(
    ({ id, createdAt }) => !known.has(id) && (oldest === undefined || createdAt >= oldest),
  );
  return [...loaded.map((job) => changed.get(job.id) ?? job), ...arrived]
    .filter(fits)
    .sort((one, other) => (one.createdAt < other.createdAt ? 1 : one.createdAt > other.createdAt ? -1 : 0));
}
