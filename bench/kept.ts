import { count, type Finding, type Run } from './support/finding.ts';
import { largeStore } from './support/large-store.ts';
import { readOperation } from './support/operation.ts';
import { p99Finding } from './support/p99-finding.ts';
import { serve, serveBare, stop } from './support/served.ts';
import { time } from './support/timings.ts';

/** Milliseconds that 99 of 100 may take. */
const target = 5;
const sample = { runs: 2_000, warmUps: 200 };

/** A kept dashboard of an account with 1,000,000 posts, one request after the other by fetch, beside node:http alone. */
export async function kept(run: Run): Promise<readonly Finding[]> {
  const { store, large } = await largeStore(run);
  const operation = await readOperation('dashboard');
  const variables = { handle: large.handle, range: null, timeZone: 'UTC' };
  const body = JSON.stringify({ query: operation.text, variables });
  const ask = async (port: number) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return { bytes: (await answer.arrayBuffer()).byteLength, cache: answer.headers.get('x-larkstat-cache') };
  };
  const server = await serve(store);
  try {
    const { bytes } = await ask(server.port);
    const { cache } = await ask(server.port);
    if (cache !== 'hit') throw new Error(`the second answer is no hit: ${cache}`);
    const ours = await time(() => ask(server.port), sample);
    const bare = await serveBare('bare-server.js', [String(bytes), 'identity']);
    const floor = await time(() => ask(bare.port), sample);
    await stop(bare.process);
    const size = `${count(large.posts)} posts, ${count(bytes)} bytes`;
    const what = 'a kept dashboard';
    return [p99Finding({ part: 'kept', what, size, ours, floor, beside: 'bare node:http', target })];
  } finally {
    await stop(server.process);
  }
}
