import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { count, type Finding, type Run, tell, times } from './support/finding.ts';
import { nestedQuery } from './support/nested-schema.ts';
import { median } from './support/timings.ts';

/** Requests under way at a time. */
const connections = 8;

type Rival = { readonly ask: () => Promise<string>; readonly end: () => void };

/** An uncached nested query, its data in memory, beside mercurius with its JIT on the same schema. */
export async function execution({ quick }: Run): Promise<readonly Finding[]> {
  const seconds = quick ? 0.5 : 4;
  const findings: Finding[] = [];
  const [larkstat, mercurius] = [await start('larkstat'), await start('mercurius')];
  try {
    for (const first of [20, 5]) {
      const [ours, theirs] = [larkstat(first), mercurius(first)];
      if ((await ours.ask()) !== (await theirs.ask())) throw new Error('the two servers answer differently');
      const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
      for (let round = 0; round < 6; round++) {
        tell(`${first * first} posts, round ${round}`);
        const [our, their] = [await rateOf(ours, seconds), await rateOf(theirs, seconds)];
        if (round === 0) continue; // it warms up
        rates.ours.push(our);
        rates.theirs.push(their);
      }
      const [our, their] = [medianOf(rates.ours), medianOf(rates.theirs)];
      findings.push({
        part: 'execution',
        what: 'nested query, data in memory, not cached',
        size: `${first} accounts with ${first} posts each`,
        figure: `${count(our)} requests/s`,
        floor: `${count(their)} by mercurius with its JIT`,
        ratio: times(our / their),
        target: '>= 1.0',
        met: our >= their,
      });
      ours.end();
      theirs.end();
    }
  } finally {
    for (const child of children) child.kill();
  }
  return findings;
}

const medianOf = (rates: readonly number[]): number => median([...rates].sort((a, b) => a - b));

const children: ChildProcess[] = [];

/** A server in a process of its own; gives a client of it, for pages of so many. */
async function start(kind: 'larkstat' | 'mercurius'): Promise<(first: number) => Rival> {
  const child = fork(fileURLToPath(new URL('support/execution-server.ts', import.meta.url)), [kind], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  children.push(child);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error(`the server of ${kind} ended`)));
  });
  return (first) => {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const body = JSON.stringify({ query: nestedQuery, variables: { first } });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers };
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        const asking = request(options, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => resolve(Buffer.concat(parts).toString()));
          answer.on('error', reject);
        });
        asking.on('error', reject);
        asking.end(body);
      });
    return { ask, end: () => agent.destroy() };
  };
}

/** Answers a second. */
async function rateOf({ ask }: Rival, seconds: number): Promise<number> {
  const started = performance.now();
  let answers = 0;
  const client = async () => {
    while (performance.now() - started < seconds * 1_000) {
      await ask();
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return (answers / (performance.now() - started)) * 1_000;
}
