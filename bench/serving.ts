import { seedAccount } from './support/account.ts';
import { count, type Finding, mb, type Run, report } from './support/finding.ts';
import { type Load, load } from './support/load.ts';
import { readOperation } from './support/operation.ts';
import { peakRss } from './support/processes.ts';
import { serve, serveBare, type Served, stop } from './support/served.ts';
import { openBenchStore } from './support/store.ts';
import { median } from './support/timings.ts';

const leastRatio = 0.8;
const mostRss = 250 * 1024 ** 2;
const connections = 64;

/**
 * A cached dashboard query against a plain node:http server that sends the same bytes: compressed and not, alternating,
 * with the same client. Then the memory of the API process after many such requests.
 */
export async function serving(run: Run): Promise<readonly Finding[]> {
  const store = await openBenchStore();
  const account = await seedAccount(store, run.quick ? 2_000 : 200_000);
  const server = await serve(store);
  try {
    const { port } = server;
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
    await stop(server.process);
    await store.close();
  }
}

async function compare(run: Run, asked: Load): Promise<Finding> {
  const what = `a cached dashboard, ${asked.encoding ?? 'not compressed'}`;
  report(what);
  // The first request computes and compresses it.
  const { bytes } = await load({ ...asked, connections: 1 }, { requests: 2 });
  const bare = await serveBare('bare-server.js', [String(bytes), asked.encoding ?? 'identity']);
  try {
    const floor = { ...asked, port: bare.port };
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
    await stop(bare.process);
  }
}

async function memory(run: Run, server: Served, asked: Load): Promise<Finding> {
  const requests = run.quick ? 10_000 : 100_000;
  report(`memory after ${count(requests)} requests`);
  await load(asked, { requests });
  const rss = await peakRss(server.process.pid ?? null);
  return {
    part: 'serving',
    what: 'memory of the API process, at its peak',
    size: `${count(requests)} requests of the above and more`,
    figure: rss === null ? 'unknown here' : mb(rss),
    target: `< ${mb(mostRss)}`,
    ...(rss !== null && { met: rss < mostRss }),
  };
}
