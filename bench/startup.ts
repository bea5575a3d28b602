import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../src/db/embedded.ts';
import { build, root } from './support/build.ts';
import { type Finding, type Run, report, times } from './support/finding.ts';
import { environmentOf, temporaryFolder } from './support/store.ts';
import { median, seconds } from './support/timings.ts';

const targets = { first: 10, later: 3 };
/** The demo account that is requested. */
const handle = 'harbour_ledger';

/** From start to first response: with an empty folder, and with one used before. */
export async function startup(run: Run): Promise<readonly Finding[]> {
  await build();
  const rounds = run.quick ? 1 : 3;
  const taken = { first: [] as number[], later: [] as number[] };
  const floor = { first: [] as number[], later: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const [folder, bare] = [await temporaryFolder(), await temporaryFolder()];
    try {
      for (const kind of ['first', 'later'] as const) {
        floor[kind].push(await startPostgres(bare.path));
        taken[kind].push(await startServer(folder.path));
        report(`${kind} start: ${taken[kind].at(-1)?.toFixed(2)} s`);
      }
    } finally {
      await folder.remove();
      await bare.remove();
    }
  }
  return (['first', 'later'] as const).map((kind) => {
    const sorted = taken[kind].toSorted((a, b) => a - b);
    const [middle, worst] = [median(sorted), sorted.at(-1) ?? Number.NaN];
    const bottom = median(floor[kind].toSorted((a, b) => a - b));
    return {
      part: 'startup',
      what: kind === 'first' ? 'empty folder to first answer, with the demo' : 'later start to first answer',
      size: `${rounds} starts`,
      figure: `median ${middle.toFixed(2)} s, worst ${worst.toFixed(2)} s`,
      floor: `${bottom.toFixed(2)} s for ${kind === 'first' ? 'initdb and start of Postgres' : 'the start of Postgres'}`,
      ratio: times(middle / bottom),
      target: `worst <= ${targets[kind]} s`,
      met: worst <= targets[kind],
    };
  });
}

async function startPostgres(folder: string): Promise<number> {
  const started = performance.now();
  const cluster = await startEmbedded({ folder: join(folder, 'postgres') });
  const taken = (performance.now() - started) / 1_000;
  await cluster.release();
  return taken;
}

/** Seconds until the built server, started as users do, returns an account's totals. */
async function startServer(folder: string): Promise<number> {
  const port = await freePort();
  const environment = environmentOf(folder, { PORT: String(port), LARKSTAT_DEMO: 'on' });
  let server: ChildProcess | undefined;
  try {
    return await seconds(async () => {
      server = spawn(join(root, 'dist/cli.js'), ['serve'], {
        cwd: root,
        env: environment,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await untilAnswered(server, `http://127.0.0.1:${port}/graphql`);
    });
  } finally {
    if (server && server.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
  }
}

const query = `{ account(handle: "${handle}") { stats { totals { posts } } } }`;
type Answer = {
  readonly data?: {
    readonly account: { readonly stats: { readonly totals: { readonly posts: number } } } | null;
  };
};

async function untilAnswered(server: ChildProcess, url: string): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(20)) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}`);
    const answer = await ask(url);
    if ((answer?.data?.account?.stats.totals.posts ?? 0) > 0) return;
  }
  throw new Error('No answer within a minute');
}

async function ask(url: string): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  } catch {
    // Nothing listens yet.
    return null;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { readonly port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
