import { EventEmitter } from 'node:events';
import { Counter, Gauge } from 'prom-client';
import { expect, test } from 'vitest';
import { printFamilies } from '../../../src/metrics/families.ts';
import { askMetrics, answerMetrics } from '../../../src/metrics/gather.ts';
import { createRegistry } from '../../../src/metrics/registry.ts';
import { parseScrape, sumOf } from '../../support/prometheus.ts';

/** Two ends of a channel between processes: what crosses it is JSON. */
function channel(): readonly [Channel, Channel] {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const open = (own: EventEmitter, other: EventEmitter) =>
    Object.assign(own, {
      send: (message: object, sent: (error: Error | null) => void) => {
        setImmediate(() => other.emit('message', JSON.parse(JSON.stringify(message))));
        sent(null);
      },
    });
  return [open(ends[0], ends[1]), open(ends[1], ends[0])];
}
type Channel = Parameters<typeof askMetrics>[0];

const registryOf = (process: string, requests: number) => {
  const registry = createRegistry(process);
  const registers = [registry];
  new Counter({ name: 'asked_total', help: 'Asked.', registers }).inc(requests);
  new Gauge({ name: 'lag_seconds', help: 'Not measured yet.', registers }).set(Number.NaN);
  return registry;
};

test('a label distinguishes the metrics of several processes within a family', async () => {
  const [here, there] = channel();
  const other = registryOf('api-2', 5);
  answerMetrics(there, () => other.getMetricsAsJSON());
  const own = await registryOf('api-1', 3).getMetricsAsJSON();
  const series = parseScrape(await printFamilies([own, await askMetrics(here)]));
  expect(sumOf(series, 'asked_total', { process: 'api-1' })).toBe(3);
  expect(sumOf(series, 'asked_total', { process: 'api-2' })).toBe(5);
  expect(sumOf(series, 'lag_seconds')).toBeNull();
});

test('several scrapes at once are not mixed up', async () => {
  const [here, there] = channel();
  let asked = 0;
  answerMetrics(there, () => registryOf(`scrape-${++asked}`, asked).getMetricsAsJSON());
  const texts = await Promise.all(
    [1, 2, 3].map(async () => parseScrape(await printFamilies([await askMetrics(here)]))),
  );
  expect(texts.map((series) => sumOf(series, 'asked_total')).sort()).toEqual([1, 2, 3]);
});

test.each<[string, (there: Channel) => void]>([
  ['says nothing', () => {}],
  ['fails to tell', (there) => answerMetrics(there, () => Promise.reject(new Error('no')))],
  [
    'sends something else',
    (there) => there.on('message', () => there.send?.({ metrics: 'response', id: 'x' }, () => {})),
  ],
])('a process that %s has no metrics, and the scrape goes on', async (_, answer) => {
  const [here, there] = channel();
  answer(there);
  expect(await askMetrics(here, 20)).toEqual([]);
});

test('nor has one whose channel is closed', async () => {
  const closed = Object.assign(new EventEmitter(), {
    send: (_: object, sent: (error: Error | null) => void) => sent(new Error('closed')),
  });
  expect(await askMetrics(closed)).toEqual([]);
  expect(await askMetrics(new EventEmitter())).toEqual([]);
});
