import { Link } from '@tanstack/react-router';
import type { ChangedJob } from '../jobs/changes.ts';
import { JobRow } from '../jobs/job-row.tsx';

/** Rows that are shown; the Jobs page has the others. */
const mostRows = 5;

/** Jobs that run, wait, or ended while the page was open; a link to the others when there are none. */
export function OpenJobs({ jobs }: { jobs: readonly ChangedJob[] }) {
  return (
    <section aria-label="Work" className="card px-4 pb-1 sm:px-5">
      <header className="flex h-12 items-center justify-between">
        <h2 className="font-semibold text-sm">Work</h2>
        <Link to="/jobs" className="rounded-sm text-fg-2 text-xs hover:text-fg hover:underline">
          All jobs
        </Link>
      </header>
      {jobs.length === 0 ? (
        <p className="pb-4 text-fg-2 text-xs">Nothing runs or waits now.</p>
      ) : (
        <ul className="divide-y border-t">
          {jobs.slice(0, mostRows).map((job) => (
            <li key={job.id}>
              <JobRow job={job} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
