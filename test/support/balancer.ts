import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { must } from '../../src/shared/errors.ts';
import { afterwards } from './afterwards.ts';

/** A response through a balancer. */
export type Answered = { readonly status: number; readonly body: string };

/** Sends requests to ready servers over connections that stay open. */
export type Balancer = {
  /** The API address of a ready server. */
  pick: () => string;
  ask(query: string): Promise<Answered>;
  /** Resolves when the balancer sees that the server is ready, or that it is not. */
  noticed(url: string, ready: boolean): Promise<void>;
};

const lookEveryMs = 50;

/** Polls each server's /ready, as balancers do, and uses only its answer. */
export function openBalancer(urls: readonly string[]): Balancer {
  const ready = new Set<string>();
  const agent = new Agent({ keepAlive: true });
  let closed = false;
  const look = async (url: string) => {
    while (!closed) {
      const isReady = await fetch(url.replace('/graphql', '/ready')).then(
        async (response) => {
          await response.text();
          return response.ok;
        },
        () => false,
      );
      if (isReady) ready.add(url);
      else ready.delete(url);
      await sleep(lookEveryMs);
    }
  };
  for (const url of urls) void look(url);
  afterwards(() => {
    closed = true;
    agent.destroy();
  });
  let turn = 0;
  const pick = () => {
    const there = ready.size === 0 ? urls : [...ready];
    const url = must(there[turn++ % there.length], 'there is a server');
    return url;
  };
  return {
    pick,
    ask: (query) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const asked = request(pick(), { method: 'POST', agent, headers }, (res) => {
          let body = '';
          res.setEncoding('utf8');
          res.on('data', (chunk) => {
            body += chunk;
          });
          res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
          res.on('error', reject);
        });
        asked.on('error', reject);
        asked.end(JSON.stringify({ query }));
      }),
    async noticed(url, isReady) {
      while (ready.has(url) !== isReady) await sleep(lookEveryMs);
    },
  };
}
