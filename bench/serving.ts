import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedAccount } from './support/account.ts';
import { build, root } from './support/build.ts';
import { count, type Finding, mb, type Run, tell } from './support/finding.ts';
import { type Load, load } from './support/load.ts';
import { readOperation } from './support/operation.ts';
import { peakRss } from './support/processes.ts';
import { openBenchStore } from './support/store.ts';
import { median } from './support/timings.ts';

const leastRatio = 0.8;
const mostRss = 250 * 1024 ** 2;
const connections = 64;

/**
 * A dashboard's query that is kept, against a bare server of node:http that sends the same bytes: compressed and not, in
 * turns, by the same client. Then the memory of the API process after many such requests.
 */
export async function serving(run: Run): Promise<readonly Finding[]> {
  await build();
  const store = await openBenchStore();
  const account = await seedAccount(store, run.quick ? 2_000 : 200_000);
  const environment = { ...store.environment, DATABASE_URL: store.url, PORT: '0', LARKSTAT_WORKER: 'off' };
  const server = spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--json'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await portOf(server, /localhost:(\d+)/);
    const operation = await readOperation('dashboard');
    const variables = { handle: account.handle, range: null, timeZone: 'UTC' };
    const body = Buffer.from(JSON.stringify({ query: operation.text, variables }));
    const findings: Finding[] = [];
    for (const encoding of ['br', 'gzip', null] as const) {
      const asked = { port, path: '/graphql', body, encoding, connections };
      findings.push(await compare(run, asked));
    }
    findings.push(await memory(run, server, { port, path: '/graphql', body, encoding: 'br', connections }));
    return findings;
  } finally {
    await stop(server);
    await store.close();
  }
}

async function compare(run: Run, asked: Load): Promise<Finding> {
  const what = `a kept dashboard, ${asked.encoding ?? 'not compressed'}`;
  tell(what);
  // The first computes it, and compresses it.
  const { bytes } = await load({ ...asked, connections: 1 }, { requests: 2 });
  const bare = spawn(
    process.execPath,
    [join(root, 'bench/support/bare-server.js'), String(bytes), asked.encoding ?? 'identity'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const floor = { ...asked, port: await portOf(bare, /^(\d+)/) };
    const [rounds, ms] = run.quick ? [2, 500] : [7, 3_000];
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (const each of [asked, floor]) await load(each, { ms });
    for (let round = 0; round < rounds; round++) {
      rates.ours.push((await load(asked, { ms })).perSecond);
      rates.bare.push((await load(floor, { ms })).perSecond);
    }
    const middle = (of: number[]) => median(of.toSorted((a, b) => a - b));
    const ratio = middle(rates.ours) / middle(rates.bare);
    return {
      part: 'serving',
      what,
      size: `${count(bytes)} bytes, ${connections} connections`,
      figure: `${count(middle(rates.ours))} requests/s`,
      floor: `${count(middle(rates.bare))} requests/s of bare node:http`,
      ratio: ratio.toFixed(2),
      target: `>= ${leastRatio}`,
      met: ratio >= leastRatio,
    };
  } finally {
    await stop(bare);
  }
}

async function memory(run: Run, server: ChildProcess, asked: Load): Promise<Finding> {
  const requests = run.quick ? 10_000 : 100_000;
  tell(`memory after ${count(requests)} requests`);
  await load(asked, { requests });
  const rss = await peakRss(server.pid ?? null);
  return {
    part: 'serving',
    what: 'memory of the API process, at its peak',
    size: `${count(requests)} requests of the above and more`,
    figure: rss === null ? 'unknown here' : mb(rss),
    target: `< ${mb(mostRss)}`,
    ...(rss !== null && { met: rss < mostRss }),
  };
}

/** The port that a server tells on its output. */
async function portOf(server: ChildProcess, pattern: RegExp): Promise<number> {
  let said = '';
  server.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(50)) {
    const port = pattern.exec(said)?.[1];
    if (port !== undefined) return Number(port);
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}`);
  }
  throw new Error('The server did not start within a minute');
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
