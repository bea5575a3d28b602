import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openCollection } from '../src/collect/open.ts';
import { FakeTwitchIrc } from '../test/support/fake-twitch-irc.ts';
import { count, type Finding, ms, type Run, report } from './support/finding.ts';
import { followMessages } from './support/heard-messages.ts';
import { clusterCpu, cpuOf } from './support/processes.ts';
import { serve, stop } from './support/served.ts';
import { type BenchStore, openBenchStore } from './support/store.ts';
import { percentile } from './support/timings.ts';

const targetRate = 10_000;
/** How long after the last message everything must be stored. */
const drainMs = 120_000;
const tickMs = 20;

const program = fileURLToPath(new URL('../test/support/collector-process.ts', import.meta.url));

/** How late a subscriber may receive 99 of a hundred messages. */
const visibleMs = 1_200;

/**
 * Sends chat from a local fake of Twitch into the store at rising rates. BENCH_RATES lists them in messages per second,
 * BENCH_SECONDS sets the duration of each (30). At the end one channel is busy and the others are not. The collector
 * and the API, which a subscriber of one channel uses, are separate processes; the fake, the subscriber and the clock
 * are in this one.
 */
export async function* collecting(run: Run): AsyncGenerator<Finding> {
  const channels = run.quick ? 20 : 200;
  const seconds = Number(process.env.BENCH_SECONDS ?? (run.quick ? 5 : 30));
  const rates = (process.env.BENCH_RATES ?? (run.quick ? '500,1000' : '1000,2000,4000,8000,10000'))
    .split(',')
    .map(Number);
  const store = await openBenchStore();
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-bench-chat-'));
  const fake = new FakeTwitchIrc();
  await fake.listen();
  const child = spawn(process.execPath, ['--import', 'tsx', program, store.url, fake.url, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let api: Awaited<ReturnType<typeof serve>> | null = null;
  try {
    const logins = Array.from({ length: channels }, (_, n) => `bench${n}`);
    for (const login of logins) await openCollection(store.db.sql, login, Date.now());
    report(`joining ${channels} channels`);
    await Promise.all(logins.map((login) => fake.joined(login, 1, drainMs)));
    api = await serve(store);
    const { port, process: server } = api;
    const of = { seconds, pid: child.pid ?? 0, apiPid: server.pid ?? 0, port };
    for (const rate of rates) yield* measure(store, fake, logins, { rate, busy: 0, ...of });
    yield* measure(store, fake, logins, { rate: busyRate + channels, busy: busyRate, ...of });
  } finally {
    if (api !== null) await stop(api.process);
    child.kill('SIGTERM');
    await once(child, 'exit');
    await fake.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Messages per second of a busy channel; the other channels get one each. */
const busyRate = 500;

type Load = {
  readonly rate: number;
  /** How many of them go to one channel, which the subscriber does not follow; 0: all channels get the same. */
  readonly busy: number;
  readonly seconds: number;
  /** Process id of the collector. */
  readonly pid: number;
  readonly apiPid: number;
  /** Port of the API. */
  readonly port: number;
};

async function* measure(
  { db, folder }: BenchStore,
  fake: FakeTwitchIrc,
  logins: readonly string[],
  { rate, busy, seconds, pid, apiPid, port }: Load,
): AsyncGenerator<Finding> {
  report(`${count(rate)} messages a second for ${seconds} s`);
  const stored = async () => {
    const [row] = await db.sql<{ posts: number }[]>`
      select sum(inserted)::float8 as posts from jobs where kind = 'COLLECT'`;
    return row?.posts ?? 0;
  };
  const [first = ''] = logins;
  const [channel] = await db.sql<{ streamId: number }[]>`
    select stream_id as "streamId" from jobs where kind = 'COLLECT' and payload ->> 'login' = ${first}`;
  /** When each message of the followed channel was sent. */
  const sentAt = new Map<string, number>();
  const late: number[] = [];
  const follower = await followMessages(port, channel?.streamId ?? 0, (text) => {
    const at = sentAt.get(text);
    if (at === undefined) return;
    sentAt.delete(text);
    late.push(performance.now() - at);
  });
  await sleep(500);
  const before = await stored();
  /** Seconds of CPU: of the collector, the store, the API, and the fake with the subscriber. */
  const spent = async (): Promise<readonly number[]> => [
    (await cpuOf(pid)) ?? 0,
    (await clusterCpu(join(folder, 'postgres'))) ?? 0,
    (await cpuOf(apiPid)) ?? 0,
    (await cpuOf(process.pid)) ?? 0,
  ];
  const cpuBefore = await spent();
  const began = performance.now();
  let [sent, others] = [0, 0];
  let early: number | null = null;
  for (; performance.now() - began < seconds * 1_000; await sleep(tickMs)) {
    if (early === null && performance.now() - began > (seconds * 1_000) / 3) early = memoryOf(pid);
    const due = ((performance.now() - began) / 1_000) * rate;
    for (; sent < due; sent++) {
      const isBusy = busy > 0 && (sent * busy) % rate < busy;
      const login = logins[isBusy ? 1 : others++ % logins.length] ?? '';
      const text = `so good, message ${sent} of ${rate} a second PogChamp`;
      if (login === first) sentAt.set(text, performance.now());
      fake.say(login, { text, login: `viewer${sent % 5_000}` });
    }
  }
  const sentMs = performance.now() - began;
  const growth = memoryOf(pid) - (early ?? 0);
  let have = (await stored()) - before;
  for (const end = Date.now() + drainMs; have < sent && Date.now() < end; have = (await stored()) - before)
    await sleep(100);
  const wholeMs = performance.now() - began;
  const cpuAfter = await spent();
  const each = cpuAfter.map((cpu, index) => (((cpu - (cpuBefore[index] ?? 0)) * 1e6) / sent).toFixed(0));
  const behind = (wholeMs - sentMs) / 1_000;
  const memoryMb = memoryOf(pid);
  const size = `${count(sent)} over ${logins.length} channels`;
  yield {
    part: 'collect',
    what: `messages stored of those sent at ${count(Math.round((sent * 1_000) / sentMs))}/s${busy > 0 ? `, ${busy} of them in one channel` : ''}`,
    size,
    figure: `${count(sent - have)} lost, all stored ${behind.toFixed(1)} s after the last; ${memoryMb} MB, ${growth} MB more than after a third of the time`,
    floor: `CPU a message, in µs: collector ${each[0]}, Postgres ${each[1]}, API ${each[2]}, stand-in ${each[3]}`,
    target: rate >= targetRate ? '0 lost, within 1.2 s' : '0 lost',
    met: have === sent && (rate < targetRate || behind < 1.2),
  };
  await sleep(visibleMs);
  follower.close();
  const heard = late.length;
  const p99 =
    heard === 0
      ? Number.POSITIVE_INFINITY
      : percentile(
          late.sort((a, b) => a - b),
          0.99,
        );
  yield {
    part: 'collect',
    what: `a message until a subscriber has it, at ${count(rate)}/s${busy > 0 ? `, ${busy} of them in another channel` : ''}`,
    size: `${count(heard)} of ${count(heard + sentAt.size)} messages of a channel`,
    figure: heard === 0 ? 'none came' : `p50 ${ms(percentile(late, 0.5))}, p99 ${ms(p99)}`,
    target: `p99 <= ${ms(visibleMs)}, all heard`,
    met: p99 <= visibleMs && sentAt.size === 0,
  };
}

/** Megabytes of memory that a process uses. */
const memoryOf = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
