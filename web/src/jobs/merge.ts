/** The fields that a sorted list of jobs needs. */
export type Listed = {
  readonly id: string;
  readonly state: string;
  readonly kind: string;
  readonly createdAt: string;
};
/** Selects the jobs of a list; null: all. */
export type JobFilter = { readonly state: string | null; readonly kind: string | null };

/**
 * Returns the changes that are newer than a list that was requested at `listedAt`: those that arrived later, and those
 * of jobs `beyond` the list. For other jobs the list is newer: a job may have changed again while there was no socket.
 */
export function changesSince<Job extends { readonly receivedAt: number }>(
  changes: ReadonlyMap<string, Job>,
  listedAt: number,
  beyond: (job: Job) => boolean,
): ReadonlyMap<string, Job> {
  return new Map([...changes].filter(([, job]) => job.receivedAt > listedAt || beyond(job)));
}

/**
 * Returns a list of jobs, newest first, with the changes in `changed`. Jobs that no longer match the filter are
 * removed, and new ones that match are inserted. Jobs older than the last loaded one wait for their page.
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
