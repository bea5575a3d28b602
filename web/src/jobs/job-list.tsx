import { useNavigate } from '@tanstack/react-router';
import { CircleAlert, Inbox } from 'lucide-react';
import { useRef } from 'react';
import type { Problem } from '../api/errors.ts';
import { Retry } from '../card/states.tsx';
import { useKeys } from '../shell/keys.ts';
import { Button } from '../ui/button.tsx';
import { EndOfList } from '../ui/endless.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { ChangedJob } from './changes.ts';
import { JobRow } from './job-row.tsx';

/** The rows of the jobs; more are loaded by scrolling. `j` and `k` move between them. */
export function JobRows(props: {
  jobs: readonly ChangedJob[];
  hasMore: boolean;
  more: 'idle' | 'loading' | Problem;
  onMore: () => void;
}) {
  const { jobs, hasMore, more, onMore } = props;
  const list = useRef<HTMLUListElement>(null);
  const walk = (by: 1 | -1) => () => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys({ j: walk(1), k: walk(-1) });
  return (
    <>
      <ul ref={list} aria-label="Jobs" className="divide-y">
        {jobs.map((job) => (
          <li key={job.id} className="[contain-intrinsic-size:auto_57px] [content-visibility:auto]">
            <JobRow job={job} />
          </li>
        ))}
      </ul>
      {hasMore && more === 'idle' && <EndOfList key={jobs.length} onNear={onMore} />}
      {more === 'loading' && <p className="py-3 text-center text-fg-3 text-xs">Loading more</p>}
      {typeof more === 'object' && (
        <p role="alert" className="flex items-center justify-center gap-3 py-3 text-fg-2 text-xs">
          {more.title} <Retry retryAt={more.retryAt} onRetry={onMore} />
        </p>
      )}
    </>
  );
}

/** The shape of the list while it loads. */
export function JobRowsSkeleton() {
  return (
    <div aria-hidden className="divide-y">
      {[62, 48, 70, 55, 44, 66].map((width) => (
        <div key={width} className="flex h-14 items-center gap-3">
          <Skeleton className="size-4 rounded-full" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5" />
            <Skeleton className="h-2.5 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  );
}

/** The empty state of the list. */
export function NoJobs({ isFiltered, onAll }: { isFiltered: boolean; onAll: () => void }) {
  const navigate = useNavigate();
  return (
    <div className="flex flex-col items-center gap-1 py-14 text-center">
      <Inbox size={20} className="text-fg-3" />
      <p className="mt-1 font-medium text-sm">{isFiltered ? 'No such jobs' : 'No jobs yet'}</p>
      <p className="max-w-[46ch] text-fg-2 text-xs">
        {isFiltered
          ? 'There are no jobs of this kind and state.'
          : 'Fetches, imports and exports appear here, with their progress and errors.'}
      </p>
      <Button size="sm" className="mt-2" onClick={isFiltered ? onAll : () => void navigate({ to: '/' })}>
        {isFiltered ? 'Show all' : 'Add an account'}
      </Button>
    </div>
  );
}

/** The list failed. */
export function JobsFailed({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-1 py-14 text-center">
      <CircleAlert size={20} className="text-danger" />
      <p className="mt-1 font-medium text-sm">{problem.title}</p>
      <p className="mb-2 max-w-[46ch] text-fg-2 text-xs">
        {problem.code} · {problem.hint}
      </p>
      <Retry retryAt={problem.retryAt} onRetry={onRetry} />
    </div>
  );
}
