import { useEffect, useState } from 'react';
import { useMutation, useSubscription } from 'urql';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import type { StreamJobFragment as StreamJob, StreamJobsSubscription } from '../../gql/graphql.ts';
import type { Fetching } from '../card/state.ts';
import { clockOf } from '../format/dates.ts';
import { shared } from '../share/shared.ts';
import { CancelJob, StreamJobFragment, StreamJobs } from './queries.ts';
import { type ChatSubject, type Subject, subjectName } from './subject.ts';

type Masked = FragmentType<typeof StreamJobFragment>;

/** The newest job of a page's stream: the one that the page began, or one that changes while the page is open. */
export function useStreamJob(
  subject: Subject | ChatSubject,
  streamId: string | null,
): {
  readonly job: StreamJob | null;
  readonly started: (job: Masked) => void;
} {
  const [newest, setNewest] = useState<Masked | null>(null);
  const name = subjectName(subject).toLowerCase();
  const [{ data: changed }] = useSubscription<StreamJobsSubscription, Masked | null>(
    // Of jobs a share tells nothing.
    { query: StreamJobs, pause: shared !== null },
    // Of all jobs the newest state of those of this stream is kept.
    (kept = null, { jobChanged }) => {
      const job = readFragment(StreamJobFragment, jobChanged);
      const isOurs = (streamId !== null && job.stream?.id === streamId) || job.subject.toLowerCase() === name;
      const isShown =
        subject.kind === 'chat' ? job.kind === 'COLLECT' : job.kind !== 'EXPORT' && job.kind !== 'REBUILD';
      return isOurs && isShown ? jobChanged : kept;
    },
  );
  useEffect(() => {
    if (changed != null) setNewest(changed);
  }, [changed]);
  const job = readFragment(StreamJobFragment, newest);
  // What was told of a job is newer than the answer that began it.
  const started = (begun: Masked) => {
    if (readFragment(StreamJobFragment, begun).id !== job?.id) setNewest(begun);
  };
  return { job, started };
}

/** Whether a job waits or runs. */
export const isUnderWay = (job: StreamJob | null): job is StreamJob =>
  job !== null && (job.state === 'QUEUED' || job.state === 'RUNNING');

/** The progress of a job under way, with Cancel. */
export function useFetching(job: StreamJob | null, zone: string): Fetching | null {
  const [, cancel] = useMutation(CancelJob);
  if (!isUnderWay(job)) return null;
  const { progress } = job;
  return {
    message:
      progress.waitingUntil != null
        ? `Waiting for the rate limit until ${clockOf(progress.waitingUntil, zone)}`
        : progress.message || (job.state === 'QUEUED' ? 'Waiting for a worker' : 'Fetching'),
    fraction: progress.fraction ?? null,
    fetched: progress.fetched,
    inserted: progress.inserted,
    updated: progress.updated,
    postsPerSecond: progress.postsPerSecond,
    remainingSeconds: progress.remainingSeconds ?? null,
    onCancel: () => void cancel({ id: job.id }),
    jobHref: `/jobs/${encodeURIComponent(job.id)}`,
  };
}
