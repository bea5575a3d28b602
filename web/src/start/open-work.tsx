import { Link } from '@tanstack/react-router';
import type { ChangedJob } from '../jobs/changes.ts';
import { JobRow } from '../jobs/job-row.tsx';
import type { Upload } from './uploads.ts';
import { UploadRow } from './upload-row.tsx';

/** Rows that are shown; all others are at Jobs. */
const mostRows = 5;

/** Files on their way, and jobs that run, wait, or ended while the page was open. Nothing when there are none. */
export function OpenWork(props: {
  uploads: readonly Upload[];
  jobs: readonly ChangedJob[];
  onQueued: () => void;
}) {
  const { uploads, jobs, onQueued } = props;
  if (uploads.length === 0 && jobs.length === 0) return null;
  return (
    <section aria-label="Work" className="card px-4 pb-1 sm:px-5">
      <header className="flex h-12 items-center justify-between">
        <h2 className="font-semibold text-sm">Work</h2>
        <Link to="/jobs" className="rounded-sm text-fg-2 text-xs hover:text-fg hover:underline">
          All jobs
        </Link>
      </header>
      <ul className="divide-y border-t">
        {uploads.map((upload) => (
          <li key={upload.id}>
            <UploadRow upload={upload} onQueued={onQueued} />
          </li>
        ))}
        {jobs.slice(0, mostRows).map((job) => (
          <li key={job.id}>
            <JobRow job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}
