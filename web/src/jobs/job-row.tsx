import { Link } from '@tanstack/react-router';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Age } from '../format/age.tsx';
import { browserZone } from '../search-params/zone.ts';
import { JobButtons } from './job-buttons.tsx';
import { JobIcon } from './job-icon.tsx';
import { JobProgress } from './job-progress.tsx';
import { kindName, providerName } from './words.ts';

export const JobRowFragment = graphql(`
  fragment JobRow on Job {
    id
    kind
    state
    subject
    provider
    createdAt
    finishedAt
    ...JobProgress
    ...JobButtons
  }
`);

/** One job of a list: what it does, its progress, and its actions. */
export function JobRow(props: { job: FragmentType<typeof JobRowFragment> }) {
  const job = readFragment(JobRowFragment, props.job);
  return (
    <div className="flex min-h-14 items-center gap-3 py-2">
      <JobIcon state={job.state} />
      <div className="min-w-0 flex-1 space-y-0.5">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm">
          <Link
            to="/jobs/$id"
            params={{ id: job.id }}
            className="min-w-0 max-w-full truncate rounded-sm font-medium hover:underline"
            title={job.subject}
            data-row
          >
            {kindName(job.kind)} {job.subject}
          </Link>
          {job.provider != null && job.kind !== 'EXPORT' && (
            <span className="text-fg-3 text-xs">{providerName(job.provider)}</span>
          )}
          <span className="text-fg-3 text-xs max-sm:hidden">
            <Age at={job.finishedAt ?? job.createdAt} zone={browserZone} />
          </span>
        </p>
        <JobProgress job={job} />
      </div>
      <div className="flex shrink-0 gap-2 max-sm:flex-col">
        <JobButtons job={job} />
      </div>
    </div>
  );
}
