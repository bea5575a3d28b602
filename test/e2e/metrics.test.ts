import { request } from 'node:http';
import { expect, test } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { parseScrape, type Series, sumOf } from '../support/prometheus.ts';
import { aMachine, runServer, runWorker } from '../support/servers.ts';
import { openStore } from '../support/store.ts';
import { openJobs } from '../support/worker.ts';

const store = await openStore();
const { jobs } = await openJobs(store);

async function scrape(url: string, headers: Record<string, string> = {}): Promise<readonly Series[]> {
  const response = await fetch(new URL('/metrics', url), { headers: { ...headers, connection: 'close' } });
  expect(response.status).toBe(200);
  return parseScrape(await response.text());
}

const processesOf = (series: readonly Series[]) =>
  series.filter(({ name }) => name === 'larkstat_build_info').map(({ labels }) => labels.process);

test('one scrape covers every process of a server, and its jobs', async () => {
  const { url } = await runServer({
    args: ['--processes', '2'],
    env: { DATABASE_URL: store.url, LARKSTAT_DATA: await aMachine() },
  });
  const asked = 12;
  for (let at = 0; at < asked; at++) {
    const headers = { 'content-type': 'application/json', connection: 'close' };
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: `{ a${at}: __typename }` }) });
  }
  await jobs.seed({
    users: 1,
    posts: 200,
    hashtags: 5,
    seed: 1,
    endingAt: Date.UTC(2026, 0, 1),
    demo: false,
  });
  const done = async () =>
    sumOf(await scrape(url), 'larkstat_jobs_ended_total', { kind: 'IMPORT', outcome: 'succeeded' });
  await expect.poll(done, { interval: 500 }).toBe(1);
  const series = await scrape(url);
  expect(processesOf(series).sort()).toEqual(['api-1', 'api-2', 'worker']);
  expect(sumOf(series, 'larkstat_http_requests_total', { route: '/graphql', status: '2xx' })).toBe(asked);
  expect(sumOf(series, 'larkstat_graphql_operations_total', { outcome: 'ok' })).toBe(asked);
  expect(sumOf(series, 'larkstat_ingest_posts_total', { result: 'new', process: 'worker' })).toBe(200);
  expect(sumOf(series, 'larkstat_job_duration_seconds_count', { kind: 'IMPORT' })).toBe(1);
  // The figures of the store are read at most once in 5 seconds.
  await expect
    .poll(async () => sumOf(await scrape(url), 'larkstat_queue_workers'), { interval: 500 })
    .toBe(1);
  expect(series.filter(({ name }) => name === 'larkstat_database_up')).toHaveLength(1);
});

test('a separate worker serves its metrics at its own port, to callers with the token', async () => {
  const port = await freePort('127.0.0.1');
  const token = 'a-token-for-metrics-alone';
  await runWorker({
    env: {
      DATABASE_URL: store.url,
      LARKSTAT_DATA: await aMachine(),
      WORKER_METRICS_PORT: String(port),
      METRICS_TOKEN: token,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const series = await scrape(url, { authorization: `Bearer ${token}` });
  expect(processesOf(series)).toEqual(['worker']);
  expect(sumOf(series, 'larkstat_jobs_ended_total', { kind: 'FETCH', outcome: 'failed' })).toBe(0);
  expect(sumOf(series, 'larkstat_data_disk_size_bytes')).toBeGreaterThan(0);
  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${url}${path}`, init)).status;
  expect(await statusOf('/metrics')).toBe(401);
  expect(await statusOf('/metrics', { headers: { authorization: 'Bearer another' } })).toBe(401);
  expect(await statusOf('/graphql')).toBe(404);
  expect(await statusOf('/metrics', { method: 'POST' })).toBe(405);
});

test('without a token, a page whose host name resolves to this machine reads nothing', async () => {
  const port = await freePort('127.0.0.1');
  await runWorker({
    env: { DATABASE_URL: store.url, LARKSTAT_DATA: await aMachine(), WORKER_METRICS_PORT: String(port) },
  });
  const statusFor = (host: string) =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }, (res) => {
        resolve(res.resume().statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusFor(`evil.example:${port}`)).toBe(403);
});
