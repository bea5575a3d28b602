import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { count, type Finding, type Run, report, times } from './support/finding.ts';
import { load, type Load } from './support/load.ts';
import { nestedQuery } from './support/nested-schema.ts';
import { median } from './support/timings.ts';

/** Concurrent requests. */
const connections = 8;

/** Features that every request to larkstat has and mercurius lacks; the ratio includes their cost. */
const notThere =
  'without limits of cost, time and operations at once, checks of Host and Origin, a request id, and headers for browsers';

/** An uncached nested query over data in memory, against mercurius with its JIT on the same schema. */
export async function execution({ quick }: Run): Promise<readonly Finding[]> {
  const ms = quick ? 500 : 4_000;
  const findings: Finding[] = [];
  const [larkstat, mercurius] = [await start('larkstat'), await start('mercurius')];
  try {
    for (const first of [20, 5]) {
      if ((await answerOf(larkstat, first)) !== (await answerOf(mercurius, first))) {
        throw new Error('the two servers answer differently');
      }
      const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
      for (let round = 0; round < 6; round++) {
        report(`${first * first} posts, round ${round}`);
        const our = await load(asked(larkstat, first), { ms });
        const their = await load(asked(mercurius, first), { ms });
        if (round === 0) continue; // warm-up
        rates.ours.push(our.perSecond);
        rates.theirs.push(their.perSecond);
      }
      const [our, their] = [medianOf(rates.ours), medianOf(rates.theirs)];
      findings.push({
        part: 'execution',
        what: 'nested query, data in memory, not cached',
        size: `${first} accounts with ${first} posts each`,
        figure: `${count(our)} requests/s`,
        floor: `${count(their)} by mercurius with its JIT, ${notThere}`,
        ratio: times(our / their),
        target: '>= 1.0',
        met: our >= their,
      });
    }
  } finally {
    for (const child of children) child.kill();
  }
  return findings;
}

const medianOf = (rates: readonly number[]): number => median([...rates].sort((a, b) => a - b));

const children: ChildProcess[] = [];

/** Starts a server in its own process; returns its port. */
async function start(kind: 'larkstat' | 'mercurius'): Promise<number> {
  const child = fork(fileURLToPath(new URL('support/execution-server.ts', import.meta.url)), [kind], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  children.push(child);
  return new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error(`the server of ${kind} ended`)));
  });
}

/** A request with pages of this size. */
const bodyOf = (first: number) => JSON.stringify({ query: nestedQuery, variables: { first } });

const asked = (port: number, first: number): Load => ({
  port,
  path: '/graphql',
  body: Buffer.from(bodyOf(first)),
  encoding: null,
  connections,
});

async function answerOf(port: number, first: number): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers,
    body: bodyOf(first),
  });
  return answer.text();
}
