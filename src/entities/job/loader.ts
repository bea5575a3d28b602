import type DataLoader from 'dataloader';
import { type Context, loaderOf } from '../../graphql/context.ts';
import type { PageRequest } from '../../shared/page.ts';
import { countJobsOfStreams, findJobs, type JobRow, listJobsOfStreams } from './query.ts';
import { createLoader } from '../../graphql/loader.ts';

/** Loads jobs by their ids; null when there is none. */
export const jobLoader = ({ db, reads }: Context): DataLoader<string, JobRow | null> =>
  createLoader(async (jobIds) => {
    reads.never();
    const found = new Map((await findJobs(db, jobIds)).map((job) => [job.jobId, job]));
    return jobIds.map((jobId) => found.get(jobId.toLowerCase()) ?? null);
  });

type PageLoader = DataLoader<number, readonly JobRow[]>;

const loadersByPage = (): Map<string, PageLoader> => new Map();

/** Loads this page of the jobs of each stream, with one row more when there are more: one statement for all streams. */
export function streamJobsLoader(context: Context, page: PageRequest): PageLoader {
  const loaders = loaderOf(context, loadersByPage);
  const key = JSON.stringify(page);
  const loader = loaders.get(key) ?? createPageLoader(context, page);
  loaders.set(key, loader);
  return loader;
}

function createPageLoader({ db }: Context, page: PageRequest): PageLoader {
  return createLoader(async (streamIds) => {
    const found = new Map<number | null, JobRow[]>();
    for (const job of await listJobsOfStreams(db, [...new Set(streamIds)], page)) {
      const own = found.get(job.streamId) ?? [];
      own.push(job);
      found.set(job.streamId, own);
    }
    return streamIds.map((streamId) => found.get(streamId) ?? []);
  });
}

/** Counts the jobs that worked on a stream. */
export const streamJobsCountLoader = ({ db }: Context): DataLoader<number, number> =>
  createLoader(async (streamIds) => {
    const counts = await countJobsOfStreams(db, streamIds);
    return streamIds.map((streamId) => counts.get(streamId) ?? 0);
  });
