import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { startServer } from '../../../src/server.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { parseScrape, sumOf } from '../../support/prometheus.ts';
import { openStore } from '../../support/store.ts';

const store = await openStore();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-metrics-'));
const detour = await openDetour(store.url);
const environment = {
  PORT: '0',
  LARKSTAT_DATA: folder,
  LARKSTAT_WORKER: 'off',
  LARKSTAT_DEMO: 'off',
  DATABASE_URL: detour.url,
  X_BEARER_TOKEN: 'a-token-of-x-for-the-test',
  X_API_BUDGET_USD: '50',
  LOG_LEVEL: 'silent',
};
const server = await startServer(loadConfig(environment), environment);
afterwards(async () => {
  await server.close();
  await detour.close();
  await rm(folder, { recursive: true, force: true });
});

const scrape = async () => {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  return parseScrape(await response.text());
};

test('a scrape has the figures of the store: queue, spending, connections, size; and the disk', async () => {
  await store.sql`insert into spending (provider, month, usd, posts, requests)
    values ('X_API', date_trunc('month', now() at time zone 'UTC')::date, 12.5, 1, 1)`;
  const series = await scrape();
  expect(sumOf(series, 'larkstat_database_up')).toBe(1);
  for (const state of ['waiting', 'active', 'delayed']) {
    expect(sumOf(series, 'larkstat_queue_jobs', { state })).toBe(0);
  }
  expect(sumOf(series, 'larkstat_provider_month_spent_usd', { provider: 'X_API' })).toBe(12.5);
  expect(sumOf(series, 'larkstat_provider_month_budget_usd', { provider: 'X_API' })).toBe(50);
  expect(sumOf(series, 'larkstat_provider_month_budget_usd', { provider: 'SOCIALDATA' })).toBeNull();
  expect(sumOf(series, 'larkstat_provider_available', { provider: 'X_API' })).toBe(1);
  const used = sumOf(series, 'larkstat_database_server_connections') ?? 0;
  expect(used).toBeGreaterThan(0);
  expect(sumOf(series, 'larkstat_database_server_max_connections')).toBeGreaterThanOrEqual(used);
  expect(sumOf(series, 'larkstat_database_size_bytes')).toBeGreaterThan(1_000_000);
  const size = sumOf(series, 'larkstat_data_disk_size_bytes') ?? 0;
  expect(sumOf(series, 'larkstat_data_disk_free_bytes')).toBeLessThanOrEqual(size);
  expect(sumOf(series, 'process_cpu_seconds_total', { process: 'api' })).toBeGreaterThan(0);
  expect(sumOf(series, 'nodejs_eventloop_lag_p99_seconds', { process: 'api' })).toBeGreaterThan(0);
});

test('while the database is away a scrape has the rest, and says so', async () => {
  await detour.close();
  await expect.poll(async () => sumOf(await scrape(), 'larkstat_database_up'), { interval: 500 }).toBe(0);
  const series = await scrape();
  expect(sumOf(series, 'larkstat_queue_jobs')).toBeNull();
  expect(sumOf(series, 'larkstat_http_requests_total', { route: '/metrics' })).toBeGreaterThan(1);
  expect(sumOf(series, 'larkstat_data_disk_size_bytes')).toBeGreaterThan(0);
  const health = await fetch(`${server.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([
    200,
    { status: 'degraded', database: 'unavailable', cache: 'ok' },
  ]);
});
