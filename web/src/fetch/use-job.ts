import { useEffect, useState } from 'react';
import { useClient, useMutation, useSubscription } from 'urql';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import type { StreamJobFragment as StreamJob, StreamJobsSubscription } from '../../gql/graphql.ts';
import { useCatchUp } from '../api/use-catch-up.ts';
import type { Fetching } from '../card/state.ts';
import { clockOf } from '../format/dates.ts';
import { shared } from '../share/shared.ts';
import { CancelJob, StreamJobFragment, StreamJobNow, StreamJobs } from './queries.ts';
import { type ChatSubject, type Subject, subjectName } from './subject.ts';

type Masked = FragmentType<typeof StreamJobFragment>;

/** The newest job of a page's stream: one that the page started, or one that changes while the page is open. */
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
    // A share does not show jobs.
    { query: StreamJobs, pause: shared !== null },
    // Stores the newest change among this stream's jobs.
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
  // It may have ended while there was no socket.
  const client = useClient();
  useCatchUp(isUnderWay(job), () => {
    if (job === null) return;
    const answer = client.query(StreamJobNow, { id: job.id }, { requestPolicy: 'network-only' }).toPromise();
    void answer.then(({ data }) => {
      if (data?.job != null) setNewest((before) => later(before, data.job));
    });
  });
  // A change of a job is newer than the response that started it.
  const started = (begun: Masked) => {
    if (readFragment(StreamJobFragment, begun).id !== job?.id) setNewest(begun);
  };
  return { job, started };
}

/** The later of two states of a job; for two different jobs the shown one. */
function later(shown: Masked | null, asked: Masked | null | undefined): Masked | null {
  const [one, other] = [readFragment(StreamJobFragment, shown), readFragment(StreamJobFragment, asked)];
  return asked != null && one?.id === other?.id && (other?.progress.at ?? '') > (one?.progress.at ?? '')
    ? asked
    : shown;
}

/** Whether a job waits or runs. */
export const isUnderWay = (job: StreamJob | null): job is StreamJob =>
  job !== null && (job.state === 'QUEUED' || job.state === 'RUNNING');

/** The progress of an open job, with Cancel. */
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
