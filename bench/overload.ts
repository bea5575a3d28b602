import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Outcome } from '../test/support/asked.ts';
import { seedAccount } from './support/account.ts';
import { build, root } from './support/build.ts';
import { count, type Finding, type Run, tell, times } from './support/finding.ts';
import { openBenchStore } from './support/store.ts';

/** Clients that ask one question after the other: one of these numbers is the best. */
const concurrencies = [4, 8, 16, 32, 64, 128];
const factor = 3;
const target = 0.9;

/** What a server still does when three times more is asked of it than it can do: beside its peak of the same run. */
export async function overload(run: Run): Promise<readonly Finding[]> {
  await build();
  const store = await openBenchStore();
  const seconds = run.quick ? 6 : 20;
  let server: ChildProcess | undefined;
  try {
    const { handle } = await seedAccount(store, run.quick ? 2_000 : 20_000);
    const started = await startServer({ ...store.environment, DATABASE_URL: store.url, PORT: '0' });
    server = started.server;
    let asked = 0;
    const next = (agent: Agent) => {
      // Never the same again: a kept answer costs nothing.
      const query = `{ account(handle: "${handle}") { stats { totals { posts engagement } } } } # ${asked++}`;
      return ask(started.url, agent, { kind: 'new', query });
    };
    await closedLoop(next, 8, 1);
    let peak = 0;
    for (const clients of concurrencies) {
      const rate = await closedLoop(next, clients, seconds / 2);
      tell(`${clients} clients: ${rate.toFixed(0)} answers a second`);
      peak = Math.max(peak, rate);
    }
    const outcomes = await openLoop(next, peak * factor, seconds);
    const done = outcomes.filter(({ code }) => code === 'OK');
    const refused = outcomes.filter(({ status, retryAfter }) => status === 503 && retryAfter !== null);
    const others = outcomes.length - done.length - refused.length;
    const rate = rateOf(done, seconds);
    return [
      {
        part: 'overload',
        what: `answers a second at ${factor} times the peak`,
        size: `${count(outcomes.length)} requests in ${seconds} s`,
        figure: `${rate.toFixed(0)}; ${count(refused.length)} refused by 503 with Retry-After, ${count(others)} failed otherwise`,
        floor: `${peak.toFixed(0)} at the peak`,
        ratio: times(rate / peak),
        target: `>= ${target}, and nothing fails otherwise`,
        met: rate >= target * peak && others === 0,
      },
    ];
  } finally {
    if (server !== undefined && server.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    await store.close();
  }
}

type Asking = (agent: Agent) => Promise<Outcome>;

/** Answers a second, of clients that each wait for their answer before they ask again. */
async function closedLoop(next: Asking, clients: number, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let done = 0;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < end) {
      const { code } = await next(agent);
      // What comes later was not done in this time.
      if (code === 'OK' && performance.now() < end) done += 1;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return done / seconds;
}

/** Asks so often a second, whether the answers come or not. */
async function openLoop(next: Asking, rate: number, seconds: number): Promise<readonly Outcome[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 5_000, maxFreeSockets: 5_000 });
  const asked: Promise<Outcome>[] = [];
  const started = performance.now();
  for (;;) {
    const passed = performance.now() - started;
    if (passed >= seconds * 1_000) break;
    while (asked.length < (passed / 1_000) * rate) asked.push(next(agent));
    await sleep(1);
  }
  const outcomes = await Promise.all(asked);
  agent.destroy();
  return outcomes;
}

/** Those that were answered while requests still came, a second: afterwards the load is a smaller one. */
function rateOf(done: readonly Outcome[], seconds: number): number {
  const from = Math.min(...done.map(({ at }) => at));
  return done.filter(({ at, ms }) => at + ms < from + seconds * 1_000).length / seconds;
}

async function startServer(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const server = spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--json', '--no-worker'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return { server, url: (JSON.parse(line.toString()) as { readonly graphql: string }).graphql };
}
