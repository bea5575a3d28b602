import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openCollection } from '../src/collect/open.ts';
import { FakeTwitchIrc } from '../test/support/fake-twitch-irc.ts';
import { count, type Finding, type Run, tell } from './support/finding.ts';
import { type BenchStore, openBenchStore } from './support/store.ts';

const targetRate = 10_000;
/** How long what was sent may take to be stored after the last message. */
const drainMs = 120_000;
const tickMs = 20;

const program = fileURLToPath(new URL('../test/support/collector-process.ts', import.meta.url));

/**
 * Chat from a local stand-in for Twitch into the store, at rates that rise: BENCH_RATES names them, messages a second. The
 * collector is a process of its own; the stand-in and the clock are this one.
 */
export async function collecting(run: Run): Promise<readonly Finding[]> {
  const channels = run.quick ? 20 : 200;
  const seconds = run.quick ? 5 : 30;
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
  try {
    const logins = Array.from({ length: channels }, (_, n) => `bench${n}`);
    for (const login of logins) await openCollection(store.db.sql, login, Date.now());
    tell(`joining ${channels} channels`);
    await Promise.all(logins.map((login) => fake.joined(login, 1, drainMs)));
    const findings: Finding[] = [];
    for (const rate of rates)
      findings.push(await measure(store, fake, logins, { rate, seconds, pid: child.pid ?? 0 }));
    return findings;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await fake.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Load = { readonly rate: number; readonly seconds: number; readonly pid: number };

async function measure(
  { db }: BenchStore,
  fake: FakeTwitchIrc,
  logins: readonly string[],
  { rate, seconds, pid }: Load,
): Promise<Finding> {
  tell(`${count(rate)} messages a second for ${seconds} s`);
  const stored = async () => {
    const [row] = await db.sql<{ posts: number }[]>`
      select sum(inserted)::float8 as posts from jobs where kind = 'COLLECT'`;
    return row?.posts ?? 0;
  };
  const before = await stored();
  const cpuBefore = cpuSeconds(pid);
  const began = performance.now();
  let sent = 0;
  for (; performance.now() - began < seconds * 1_000; await sleep(tickMs)) {
    const due = ((performance.now() - began) / 1_000) * rate;
    for (; sent < due; sent++) {
      const login = logins[sent % logins.length] ?? '';
      fake.say(login, { text: `so good, message ${sent} PogChamp`, login: `viewer${sent % 5_000}` });
    }
  }
  const sentMs = performance.now() - began;
  let have = (await stored()) - before;
  for (const end = Date.now() + drainMs; have < sent && Date.now() < end; have = (await stored()) - before)
    await sleep(100);
  const wholeMs = performance.now() - began;
  const cpu = cpuSeconds(pid) - cpuBefore;
  const behind = (wholeMs - sentMs) / 1_000;
  const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  return {
    part: 'collect',
    what: `messages stored of those sent at ${count(Math.round((sent * 1_000) / sentMs))}/s`,
    size: `${count(sent)} over ${logins.length} channels`,
    figure: `${count(sent - have)} lost, all stored ${behind.toFixed(1)} s after the last; ${Math.round(memory)} MB`,
    floor: `collector's CPU ${((cpu / wholeMs) * 100_000).toFixed(0)} % of a core`,
    target: rate >= targetRate ? '0 lost, within 1.2 s' : '0 lost',
    met: have === sent && (rate < targetRate || behind < 1.2),
  };
}

/** Processor time of a process, user and system. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
