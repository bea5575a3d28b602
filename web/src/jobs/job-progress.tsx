import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { duration } from '../format/durations.ts';
import { wholePercent } from '../format/numbers.ts';
import { Progress } from '../ui/progress.tsx';
import { Until } from './until.tsx';
import { jobFigures, workedSeconds } from './words.ts';

export const JobProgressFragment = graphql(`
  fragment JobProgress on Job {
    kind
    state
    subject
    startedAt
    finishedAt
    error {
      code
      message
      retryAt
    }
    progress {
      message
      fetched
      inserted
      updated
      rejected
      total
      fraction
      postsPerSecond
      remainingSeconds
      waitingUntil
    }
  }
`);

/** The second line of a job: progress, reason for waiting, error, or result. */
export function JobProgress(props: { job: FragmentType<typeof JobProgressFragment> }) {
  const job = readFragment(JobProgressFragment, props.job);
  const { progress, error, state } = job;
  const figures = jobFigures(job);
  const seconds = workedSeconds(job);

  if (state === 'FAILED' && error != null)
    return (
      <p className="text-fg-2 text-xs [overflow-wrap:anywhere]">
        <span className="text-danger">{error.message}</span>{' '}
        <span className="whitespace-nowrap font-mono text-axis text-fg-3">{error.code}</span>
        {error.retryAt != null && (
          <>
            {' '}
            · may work from <Until at={error.retryAt} />
          </>
        )}
        {figures !== '' && progress.fetched > 0 && <span className="nums"> · {figures}</span>}
      </p>
    );
  if (progress.waitingUntil != null)
    return (
      <p className="text-warn text-xs">
        Waits for the rate limit until <Until at={progress.waitingUntil} />
        {progress.fetched > 0 && <span className="nums text-fg-2"> · {figures}</span>}
      </p>
    );
  if (state === 'RUNNING')
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-fg-2 text-xs">
        <span className="flex w-44 max-w-full items-center gap-2">
          <Progress value={progress.fraction ?? null} label={`Progress of ${job.subject}`} />
          {progress.fraction != null && (
            <span className="nums w-9 text-right">{wholePercent(progress.fraction)}</span>
          )}
        </span>
        <span className="nums">{figures || progress.message}</span>
      </div>
    );
  if (state === 'QUEUED')
    return (
      <p className="text-fg-2 text-xs">
        {figures === '' ? 'Waiting for a worker' : `Continues soon · ${figures}`}
      </p>
    );
  return (
    <p className="nums text-fg-2 text-xs">
      {[figures, seconds === null ? '' : duration(seconds)].filter((part) => part !== '').join(' · ')}
    </p>
  );
}
