import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { cacheExchange, Client, Provider } from 'urql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { filter, makeSubject, map, merge, pipe } from 'wonka';
import { setSocket } from '../../../../web/src/api/state.ts';
import { useJobList } from '../../../../web/src/jobs/use-job-list.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  setSocket(false);
  vi.useRealTimers();
});

const job = (id: string, state: string) => ({
  __typename: 'Job',
  id,
  state,
  kind: 'IMPORT',
  createdAt: `2026-01-01T00:00:0${id}Z`,
});

/** The list over a server with these jobs, which reports the events that the test sends. */
function show(jobs: ReturnType<typeof job>[]) {
  const { source: events, next } = makeSubject<ReturnType<typeof job>>();
  const server = { jobs, asked: 0 };
  const none = { totalCount: 0 };
  const client = new Client({
    url: 'http://localhost/graphql',
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      () => (operations) => {
        const answers = pipe(
          operations,
          filter(({ kind }) => kind === 'query'),
          map((operation) => {
            server.asked += 1;
            const page = {
              totalCount: server.jobs.length,
              nodes: server.jobs,
              pageInfo: { hasNextPage: false, endCursor: null },
            };
            const data = { jobs: page, queued: none, running: none, failed: none, system: { queue: null } };
            return { operation, data, stale: false, hasNext: false };
          }),
        );
        let live: Parameters<Client['executeSubscription']>[0] | null = null;
        const subscribed = pipe(
          operations,
          filter((operation) => {
            if (operation.kind === 'subscription') live = operation;
            return false;
          }),
          map((operation) => ({ operation, stale: false, hasNext: false })),
        );
        const told = pipe(
          events,
          map((jobChanged) => ({
            operation: live as never, // safe: nothing is told before it is subscribed to
            data: { jobChanged },
            stale: false,
            hasNext: true,
          })),
        );
        return merge([answers, subscribed, told]);
      },
    ],
  });
  const wrapper = ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const search = {};
  const { result } = renderHook(() => useJobList(search), { wrapper });
  return {
    server,
    tell: (changed: ReturnType<typeof job>) => act(() => next(changed)),
    pass: (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms)),
    connect: (isOpen: boolean) => act(() => setSocket(isOpen)),
    shown: () => result.current.jobs.map(({ id, state }) => `${id} ${state}`),
  };
}

it('shows what changed between the answer and the first event', async () => {
  const list = show([job('1', 'RUNNING')]);
  expect(list.shown()).toEqual(['1 RUNNING']);
  list.server.jobs = [job('2', 'QUEUED'), job('1', 'SUCCEEDED')];
  list.connect(true);
  await list.pass(2_000);
  expect(list.shown()).toEqual(['2 QUEUED', '1 SUCCEEDED']);
  expect(list.server.asked).toBe(2);
});

it('shows what changed while the socket was lost, whatever was reported before', async () => {
  const list = show([job('1', 'QUEUED')]);
  list.connect(true);
  await list.pass(2_000);
  list.tell(job('1', 'RUNNING'));
  list.tell(job('2', 'QUEUED'));
  await list.pass(100);
  expect(list.shown()).toEqual(['2 QUEUED', '1 RUNNING']);
  list.connect(false);
  // The second one is deleted with its stream.
  list.server.jobs = [job('1', 'SUCCEEDED')];
  await list.pass(2_000);
  list.connect(true);
  await list.pass(2_000);
  expect(list.shown()).toEqual(['1 SUCCEEDED']);
  list.tell(job('1', 'QUEUED'));
  expect(list.shown()).toEqual(['1 QUEUED']);
});
