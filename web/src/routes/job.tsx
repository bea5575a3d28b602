import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useQuery, useSubscription } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { problemOf } from '../api/errors.ts';
import { queryLink } from '../card/query-link.ts';
import { JobButtons } from '../jobs/job-buttons.tsx';
import { JobDownload } from '../jobs/job-download.tsx';
import { JobError } from '../jobs/job-error.tsx';
import { JobEvents } from '../jobs/job-events.tsx';
import { JobFacts } from '../jobs/job-facts.tsx';
import { JobIcon } from '../jobs/job-icon.tsx';
import { JobRowsSkeleton, JobsFailed } from '../jobs/job-list.tsx';
import { JobNow } from '../jobs/job-now.tsx';
import { JobDetail, JobDetailChanges, JobWholeFragment } from '../jobs/job-query.ts';
import { JobRejections } from '../jobs/job-rejections.tsx';
import { isOpen, kindName, providerName, stateName } from '../jobs/words.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { streamPath } from '../shell/stream-link.ts';
import { Button } from '../ui/button.tsx';

const route = getRouteApi('/jobs/$id');

/** One job: its progress, result, error and history. */
export function Page() {
  const { id } = route.useParams();
  const [{ data, error, fetching }, ask] = useQuery({
    query: JobDetail,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const asked = readFragment(JobWholeFragment, data?.job);
  // A finished job does not change unless it is retried; that response requests it again.
  const [{ data: changed }] = useSubscription({
    query: JobDetailChanges,
    variables: { id },
    pause: asked == null || !isOpen(asked.state),
  });
  const told = readFragment(JobWholeFragment, changed?.jobProgress);
  const job =
    told !== undefined && told.id === id && (asked == null || told.progress.at >= asked.progress.at)
      ? told
      : asked;
  const problem = problemOf(error);

  if (job == null)
    return (
      <Frame title="Job" complete={!fetching}>
        <Back />
        <section aria-label="Job" className="card px-5">
          {problem !== null ? (
            <JobsFailed problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
          ) : data === undefined ? (
            <JobRowsSkeleton />
          ) : (
            <p className="py-14 text-center text-fg-2 text-sm">
              There is no such job: it was removed with its stream.
            </p>
          )}
        </section>
      </Frame>
    );
  return (
    <Frame title={`${kindName(job.kind)} ${job.subject}`} complete>
      <Back />
      <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1">
          <h1 className="font-semibold text-xl [overflow-wrap:anywhere]">
            {kindName(job.kind)} {job.subject}
          </h1>
          <p className="flex items-center gap-1.5 text-fg-2 text-sm">
            <JobIcon state={job.state} />
            {stateName(job.state)}
            {job.provider != null && job.kind !== 'EXPORT' && ` · ${providerName(job.provider)}`}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {job.stream != null && (
            <Button size="sm" asChild>
              <Link to={streamPath(job.stream)}>Open {job.stream.title}</Link>
            </Button>
          )}
          <JobButtons job={job} />
        </div>
      </header>
      <div className="space-y-4">
        {isOpen(job.state) && (
          <section aria-label="Progress" className="card p-4 sm:p-5">
            <JobNow job={job} />
          </section>
        )}
        {job.error != null && <JobError job={job} />}
        <JobDownload job={job} />
        <Grid>
          <JobFacts job={job} queryHref={queryLink(JobDetail, { id })} className="md:col-span-6" />
          <JobEvents job={job} className="md:col-span-6" />
          <JobRejections job={job} className="md:col-span-12" />
        </Grid>
      </div>
    </Frame>
  );
}

function Back() {
  return (
    <Link
      to="/jobs"
      className="mb-2 inline-flex items-center gap-1 rounded-sm text-fg-2 text-xs hover:text-fg pointer-coarse:min-h-10"
    >
      <ChevronLeft size={13} /> Jobs
    </Link>
  );
}
