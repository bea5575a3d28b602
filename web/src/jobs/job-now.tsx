import { Hourglass } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { about } from '../format/durations.ts';
import { compact, exact, wholePercent } from '../format/numbers.ts';
import { Progress } from '../ui/progress.tsx';
import { Until } from './until.tsx';

export const JobNowFragment = graphql(`
  fragment JobNow on Job {
    subject
    state
    progress {
      message
      fetched
      total
      fraction
      postsPerSecond
      remainingSeconds
      waitingUntil
    }
  }
`);

/** The progress of an open job: in words, as a bar, and its estimated end. */
export function JobNow(props: { job: FragmentType<typeof JobNowFragment> }) {
  const { subject, state, progress } = readFragment(JobNowFragment, props.job);
  const { fraction, total, remainingSeconds, waitingUntil } = progress;
  return (
    <div className="space-y-2 py-1">
      <p className="flex justify-between gap-4 font-medium text-sm" role="status">
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {waitingUntil != null ? (
            <span className="text-warn">
              Waits for the rate limit until <Until at={waitingUntil} />
            </span>
          ) : state === 'QUEUED' ? (
            'Waiting for a worker'
          ) : (
            progress.message
          )}
        </span>
        {fraction != null && <span className="nums">{wholePercent(fraction)}</span>}
      </p>
      <Progress
        value={state === 'QUEUED' && fraction == null ? 0 : (fraction ?? null)}
        label={`Progress of ${subject}`}
      />
      <p className="nums flex flex-wrap justify-between gap-x-4 text-fg-2 text-xs">
        <span>
          {total == null
            ? `${exact(progress.fetched)} posts so far`
            : `${exact(progress.fetched)} of about ${exact(total)}`}
          {progress.postsPerSecond > 0 &&
            state === 'RUNNING' &&
            ` · ${compact(Math.round(progress.postsPerSecond))} a second`}
        </span>
        {remainingSeconds != null && (
          <span className="inline-flex items-center gap-1">
            <Hourglass size={12} /> {about(remainingSeconds)}
          </span>
        )}
      </p>
    </div>
  );
}
