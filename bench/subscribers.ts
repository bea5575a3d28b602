import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noteFollowers } from '../src/streams/followers.ts';
import { seedAccount } from './support/account.ts';
import { root } from './support/build.ts';
import { count, type Finding, mb, ms, type Run, report } from './support/finding.ts';
import { readOperation } from './support/operation.ts';
import { peakRss } from './support/processes.ts';
import { serve, serveBare, type Served, stop } from './support/served.ts';
import { openBenchStore } from './support/store.ts';
import { median } from './support/timings.ts';

const mostMs = 1_000;
const leastRatio = 0.5;
/** Longer than the pause between two updates to a subscriber. */
const pauseMs = 700;

/**
 * Subscribers of one stream on one process: the time until the last one has an update, against a plain node:http server
 * that writes the same bytes to as many, with the same client, alternating.
 */
export async function subscribers(run: Run): Promise<readonly Finding[]> {
  const connections = run.quick ? 500 : 5_000;
  await requireOpenFiles(connections);
  const store = await openBenchStore();
  const { streamId } = await seedAccount(store, 2_000);
  const { text: query } = await readOperation('subscription-stream');
  const body = JSON.stringify({ query, variables: { id: btoa(`Account:${streamId}`) } });
  const processes: ChildProcess[] = [];
  try {
    const ours = await serve(store);
    processes.push(ours.process);
    const followers = await follow(ours, connections, body);
    processes.push(followers.process);
    const { text } = await followers.next();
    report(`${count(connections)} subscribers follow larkstat`);

    const bare = await serveBare('bare-events.js');
    processes.push(bare.process);
    bare.process.send(text);
    const floorFollowers = await follow(bare, connections, body);
    processes.push(floorFollowers.process);
    await floorFollowers.next();
    report('as many follow the bare server');

    const taken = { ours: [] as number[], bare: [] as number[] };
    const rounds = run.quick ? 5 : 20;
    let event = text;
    for (let round = 0; round < rounds + warmUps; round++) {
      const oursMs = await timeTo(followers, async () => {
        const observedAt = Date.UTC(2027, 0, 1) + round;
        const snapshot = { observedAt, followers: round, following: null, reportedPosts: null };
        await noteFollowers(store.db.sql, streamId, [snapshot]);
      });
      const bareMs = await timeTo(floorFollowers, async () => {
        event = event.replace(/"version":(\d+)/, (_, version) => `"version":${Number(version) + 1}`);
        bare.process.send(event);
      });
      if (round < warmUps) continue;
      taken.ours.push(oursMs);
      taken.bare.push(bareMs);
    }
    return findingsOf({
      connections,
      bytes: Buffer.byteLength(text),
      taken,
      rss: await peakRss(ours.process.pid ?? null),
    });
  } finally {
    for (const process of processes.toReversed()) await stop(process);
    await store.close();
  }
}

const warmUps = 3;

type Measured = {
  readonly connections: number;
  readonly bytes: number;
  readonly taken: { readonly ours: readonly number[]; readonly bare: readonly number[] };
  readonly rss: number | null;
};

function findingsOf({ connections, bytes, taken, rss }: Measured): readonly Finding[] {
  const [ours, bare] = [taken.ours, taken.bare].map((of) => of.toSorted((a, b) => a - b)) as [
    number[],
    number[],
  ];
  const last = ours.at(-1) ?? Number.NaN;
  const rateOf = (of: readonly number[]) => (connections / median(of)) * 1_000;
  const ratio = rateOf(ours) / rateOf(bare);
  const size = `${count(connections)} subscribers, ${count(bytes)} bytes an event`;
  return [
    {
      part: 'subscribers',
      what: 'an update, from its commit until the last subscriber has it',
      size: `${size}, ${ours.length} updates`,
      figure: `median ${ms(median(ours))}, slowest ${ms(last)}`,
      floor: `median ${ms(median(bare))} of bare node:http`,
      target: `slowest <= ${ms(mostMs)}`,
      met: last <= mostMs,
    },
    {
      part: 'subscribers',
      what: 'deliveries of an update',
      size,
      figure: `${count(rateOf(ours))} a second`,
      floor: `${count(rateOf(bare))} a second of bare node:http`,
      ratio: ratio.toFixed(2),
      target: `>= ${leastRatio}`,
      met: ratio >= leastRatio,
    },
    {
      part: 'subscribers',
      what: 'memory of the API process, at its peak',
      size,
      figure: rss === null ? 'unknown here' : mb(rss),
    },
  ];
}

type Followers = {
  readonly process: ChildProcess;
  /** The next version that every connection has, with its time on the clock of `now`. */
  next(): Promise<{ readonly version: number; readonly at: number; readonly text: string }>;
};

/** Follows a server with many connections from a separate process. */
async function follow({ port }: Served, connections: number, body: string): Promise<Followers> {
  const process = fork(join(root, 'bench/support/subscribers.js'), { execArgv: [] });
  const ended = once(process, 'exit').then(([code]) => {
    throw new Error(`The subscribers' process ended with ${code}`);
  });
  ended.catch(() => {}); // it ends at the end
  const next: Followers['next'] = async () => {
    const late = sleep(120_000, undefined, { ref: false }).then(() => {
      throw new Error('An update did not reach every subscriber within two minutes');
    });
    late.catch(() => {}); // it only fails when nobody waits for it
    const [message] = await Promise.race([once(process, 'message'), ended, late]);
    return message;
  };
  process.send({ port, connections, body });
  return { process, next };
}

/** Milliseconds from the start of the update until every connection has it. */
async function timeTo(followers: Followers, update: () => Promise<void>): Promise<number> {
  await sleep(pauseMs);
  const reached = followers.next();
  const begun = now();
  await update();
  return (await reached).at - begun;
}

/** Milliseconds on a clock shared by all processes of this machine. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Each connection needs an open file; Node raises the soft limit to the hard limit itself. */
async function requireOpenFiles(connections: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const allowed = /^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1];
  report(`open files allowed a process: ${allowed ?? 'unknown here'}`);
  const needed = connections + 200;
  if (allowed !== undefined && Number(allowed) < needed) {
    throw new Error(`Too few open files: ${allowed} allowed, ${needed} needed: raise them with ulimit -n`);
  }
}
