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
 * Returns the changes that are news beside a list which was asked for at `listedAt`: those told of later, and those of
 * jobs `beyond` the list. Of the others the list knows more: a job can have changed once more while no socket told of it.
 */
export function changesSince<Job extends { readonly toldAt: number }>(
  changes: ReadonlyMap<string, Job>,
  listedAt: number,
  beyond: (job: Job) => boolean,
): ReadonlyMap<string, Job> {
  return new Map([...changes].filter(([, job]) => job.toldAt > listedAt || beyond(job)));
}

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
