import { useEffect, useEffectEvent, useRef } from 'react';
import { useSubscription } from 'urql';
import { graphql } from '../../gql/gql.ts';
import type { JobChangesSubscription } from '../../gql/graphql.ts';

const JobChanges = graphql(`
  subscription JobChanges {
    jobChanged {
      id
      state
      kind
      createdAt
      ...JobRow
    }
  }
`);

/** A job from a list or from its last change. */
export type ChangedJob = JobChangesSubscription['jobChanged'];
/** A job from its last change. `receivedAt` is when the change arrived, in milliseconds since the page was opened. */
export type ReceivedJob = ChangedJob & { readonly receivedAt: number };
/** Most stored changes, so that memory stays bounded while a page is open for days. */
const mostKept = 500;

/** The jobs that changed since the page was opened, each in its current state. */
export function useJobChanges(): ReadonlyMap<string, ReceivedJob> {
  const [{ data }] = useSubscription<JobChangesSubscription, ReadonlyMap<string, ReceivedJob>>(
    { query: JobChanges },
    (before = none, { jobChanged }) => {
      const after = new Map(before);
      // The newest change goes to the end, so that the oldest ones are first.
      after.delete(jobChanged.id);
      after.set(jobChanged.id, { ...jobChanged, receivedAt: performance.now() });
      for (const id of after.keys()) {
        if (after.size <= mostKept) break;
        after.delete(id);
      }
      return after;
    },
  );
  return data ?? none;
}

const none: ReadonlyMap<string, ReceivedJob> = new Map();

const askedEveryMs = 1_000;

/**
 * Repeats a request when jobs are added, start or end, at most once a second: counts and lists of streams change then.
 */
export function useJobTransitions(changes: ReadonlyMap<string, ChangedJob>, ask: () => void): void {
  const states = [...changes.values()].map(({ id, state }) => `${id} ${state}`).join();
  const askedAt = useRef(0);
  const latest = useEffectEvent(ask);
  useEffect(() => {
    if (states === '') return;
    const timer = setTimeout(
      () => {
        askedAt.current = Date.now();
        latest();
      },
      Math.max(0, askedAt.current + askedEveryMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [states]);
}
