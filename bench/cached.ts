import { count, type Finding, type Run } from './support/finding.ts';
import { largeStore } from './support/large-store.ts';
import { load } from './support/load.ts';
import { readOperation } from './support/operation.ts';
import { p99Finding } from './support/p99-finding.ts';
import { serve, serveBare, stop } from './support/served.ts';

/** Limit for 99 of 100, in milliseconds. */
const target = 5;
const runs = 2_000;
const warmUps = 200;

/**
 * A cached dashboard of an account with 1,000,000 posts, one request after the other, against plain node:http. With raw
 * sockets: `fetch` unpacks each response and collects garbage for 30 ms, which is not the server's work.
 */
export async function cached(run: Run): Promise<readonly Finding[]> {
  const { store, large } = await largeStore(run);
  const operation = await readOperation('dashboard');
  const variables = { handle: large.handle, range: null, timeZone: 'UTC' };
  const body = Buffer.from(JSON.stringify({ query: operation.text, variables }));
  const server = await serve(store);
  try {
    const findings: Finding[] = [];
    for (const encoding of ['br', null] as const) {
      const asked = { port: server.port, path: '/graphql', body, encoding, connections: 1 };
      const { bytes } = await load(asked, { requests: 2 });
      const bare = await serveBare('bare-server.js', [String(bytes), encoding ?? 'identity']);
      const time = async (port: number) => {
        const { taken } = await load({ ...asked, port }, { requests: warmUps + runs });
        return taken.slice(warmUps).sort((a, b) => a - b);
      };
      const [ours, floor] = [await time(server.port), await time(bare.port)];
      await stop(bare.process);
      const size = `${count(large.posts)} posts, ${count(bytes)} bytes`;
      const what = `a cached dashboard, ${encoding ?? 'not compressed'}`;
      findings.push(
        p99Finding({ part: 'cached', what, size, ours, floor, beside: 'bare node:http', target }),
      );
    }
    return findings;
  } finally {
    await stop(server.process);
  }
}
