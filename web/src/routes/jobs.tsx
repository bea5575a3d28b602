import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { JobRows, JobRowsSkeleton, JobsFailed, NoJobs } from '../jobs/job-list.tsx';
import { JobTabs } from '../jobs/job-tabs.tsx';
import type { JobSearch } from '../jobs/list-query.ts';
import { useJobList } from '../jobs/use-job-list.ts';
import { compact } from '../format/numbers.ts';
import { Page as Frame } from '../shell/page.tsx';

const route = getRouteApi('/jobs');

/** All jobs: running, waiting, failed and done. */
export function Page() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const list = useJobList(search);
  const { data, jobs, problem } = list;
  const queue = data?.system.queue;
  const go = (to: JobSearch) => void navigate({ to: '/jobs', search: to, replace: true });
  return (
    <Frame title="Jobs" complete={data !== null || problem !== null}>
      <div className="mb-4 flex min-h-8 flex-wrap items-baseline justify-between gap-x-4">
        <h1 className="font-semibold text-xl">Jobs</h1>
        <p className="nums text-fg-2 text-xs">
          {queue !== undefined &&
            `${compact(queue.active)} active · ${compact(queue.waiting + queue.delayed)} waiting · ${compact(queue.workers)} ${queue.workers === 1 ? 'worker' : 'workers'}`}
        </p>
      </div>
      <JobTabs
        search={search}
        onChange={go}
        counts={
          data === null
            ? null
            : {
                running: data.running.totalCount,
                queued: data.queued.totalCount,
                failed: data.failed.totalCount,
              }
        }
      />
      <section
        aria-label="Jobs"
        className="card mt-4 px-4 sm:px-5"
        aria-busy={data === null && list.fetching}
      >
        {problem !== null ? (
          <JobsFailed problem={problem} onRetry={list.refetch} />
        ) : data === null ? (
          <JobRowsSkeleton />
        ) : jobs.length === 0 ? (
          <NoJobs isFiltered={search.state !== undefined || search.kind !== undefined} onAll={() => go({})} />
        ) : (
          <JobRows jobs={jobs} hasMore={list.hasMore} more={list.more} onMore={list.loadMore} />
        )}
      </section>
    </Frame>
  );
}
