import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCollector } from '../support/fake-collector.ts';
import { patienceMs } from '../support/patience.ts';
import { root } from '../support/program.ts';
import { aMachine, runServer } from '../support/servers.ts';
import { openStore } from '../support/store.ts';
import { isOver, openJobs, untilJob } from '../support/worker.ts';

const store = await openStore();
const { jobs } = await openJobs(store);
const NODE_OPTIONS = `--require ${join(root, 'test/support/loaded-packages.cjs')}`;
const query = { query: '{ streams { totalCount } }' };

/** Starts a server with the given variables, sends one request and runs a job; returns how its processes ended. */
async function run(more: Readonly<Record<string, string>>) {
  const env = { DATABASE_URL: store.url, LARKSTAT_DATA: await aMachine(), NODE_OPTIONS, ...more };
  const server = await runServer({ env });
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const { status } = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(query) });
  const world = { users: 1, posts: 50, hashtags: 5, seed: 1, endingAt: Date.UTC(2026, 0, 1), demo: false };
  const jobId = await jobs.seed(world);
  await untilJob(store, jobId, isOver);
  const code = await server.end('SIGTERM');
  const loaded = server.logged.filter(({ name }) => name === 'loaded').map(({ msg }) => Number(msg));
  return { status, code, loaded, jobId };
}

test(
  'a server and its job process send their spans, also the last ones when they stop',
  async () => {
    const collector = await openCollector();
    const { loaded, jobId } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(loaded).toHaveLength(2);
    expect(Math.min(...loaded)).toBeGreaterThan(0);
    const names = collector.spans.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['POST /graphql', 'GraphQL query', 'Query.streams', 'SELECT']),
    );
    const job = collector.spans.find(({ name }) => name === 'job IMPORT');
    expect(job?.attributes).toEqual({ 'larkstat.job.id': jobId, 'larkstat.job.kind': 'IMPORT' });
  },
  patienceMs,
);

test(
  'without the variable, no process loads anything of OpenTelemetry',
  async () => {
    const { status, loaded } = await run({ OTEL_TRACES_SAMPLER: 'always_on' });
    expect(status).toBe(200);
    expect(loaded).toEqual([0, 0]);
  },
  patienceMs,
);

test(
  'a collector that never answers affects neither answers, nor jobs, nor the stop',
  async () => {
    const collector = await openCollector({ silent: true });
    const { status, code } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect([status, code]).toEqual([200, 0]);
    expect(collector.asked.length).toBeGreaterThan(0);
  },
  patienceMs,
);

test(
  'with several processes at one port, each process that answers sends its spans',
  async () => {
    const collector = await openCollector();
    const more = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      LARKSTAT_PROCESSES: '2',
      LARKSTAT_WORKER: 'off',
    };
    const server = await runServer({
      env: { DATABASE_URL: store.url, LARKSTAT_DATA: await aMachine(), ...more },
    });
    const headers = { 'content-type': 'application/json', connection: 'close' };
    await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(query) });
    expect(await server.end('SIGTERM')).toBe(0);
    expect(collector.spans.map(({ name }) => name)).toContain('POST /graphql');
  },
  patienceMs,
);
