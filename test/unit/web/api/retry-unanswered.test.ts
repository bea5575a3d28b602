import { Client, fetchExchange, gql } from 'urql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { retryUnanswered } from '../../../../web/src/api/retry-unanswered.ts';
import { waitMs } from '../../../../web/src/api/wait.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A client of a server that may be unavailable, and the requests that it received. */
function aClient() {
  const server = { isThere: false, asked: 0 };
  const client: Client = new Client({
    url: 'http://server.test/graphql',
    preferGetMethod: false,
    fetch: async () => {
      server.asked += 1;
      if (!server.isThere) throw new TypeError('refused');
      return new Response('{"data":{"a":1}}', { headers: { 'content-type': 'application/json' } });
    },
    exchanges: [retryUnanswered(() => client), fetchExchange],
  });
  return { server, client };
}

it('waits longer each time, and never more than ten seconds', () => {
  const waits = Array.from({ length: 2_000 }, (_, attempts) => waitMs(attempts, 1));
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(Math.max(...waits)).toBe(10_000);
  expect(Math.min(...waits)).toBe(1_000);
});

it('asks again what was not answered until the server is back, and then no more', async () => {
  const { server, client } = aClient();
  const told: unknown[] = [];
  const { unsubscribe } = client.query(gql('{ a }'), {}).subscribe(({ data }) => told.push(data));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.asked).toBeGreaterThan(4);
  server.isThere = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.at(-1)).toEqual({ a: 1 });
  const { asked } = server;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.asked).toBe(asked);
  unsubscribe();
});

it('repeats nothing for components that are gone', async () => {
  const { server, client } = aClient();
  const { unsubscribe } = client.query(gql('{ a }'), {}).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(100);
  unsubscribe();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.asked).toBe(1);
});
