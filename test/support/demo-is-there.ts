import { expect } from 'vitest';
import { patienceMs } from './patience.ts';

/** Waits until the three accounts of the demo have all their posts: the server answers before. */
export async function demoIsThere(url: string): Promise<void> {
  const query = '{ streams { nodes { freshness { latestPostAt } } } jobs(state: RUNNING) { totalCount } }';
  type Answer = {
    data: {
      streams: { nodes: { freshness: { latestPostAt: string | null } }[] };
      jobs: { totalCount: number };
    };
  };
  await expect
    .poll(
      async () => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        const { data } = (await response.json()) as Answer;
        const whole = data.streams.nodes.filter(({ freshness }) => freshness.latestPostAt !== null);
        return [whole.length, data.jobs.totalCount];
      },
      { timeout: patienceMs, interval: 250 },
    )
    .toEqual([3, 0]);
}
