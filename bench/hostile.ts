import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Services } from '../src/graphql/context.ts';
import { createLogger } from '../src/platform/logger.ts';
import { seedAccount } from './support/account.ts';
import { importBuilt } from './support/build.ts';
import { type Finding, ms, type Run, report } from './support/finding.ts';
import { hostileRequests } from './support/hostile-documents.ts';
import { readOperation } from './support/operation.ts';
import { type BenchStore, openBenchStore } from './support/store.ts';
import { openAccess } from '../test/support/app.ts';

const mostMs = 50;

/** How long hostile requests block the server's event loop, during which no other client is answered. */
export async function hostile(run: Run): Promise<readonly Finding[]> {
  const { text: dashboard } = await readOperation('dashboard');
  const store = await openBenchStore();
  try {
    const { handle } = await seedAccount(store, run.quick ? 5_000 : 50_000);
    const api = await serve(store);
    const findings: Finding[] = [];
    for (const { name, body } of hostileRequests(handle, dashboard)) {
      report(name);
      const holds: number[] = [];
      let answer = { status: 0, bytes: 0, text: '' };
      for (let turn = 0; turn < (run.quick ? 3 : 7); turn++) {
        const watch = watchLoop();
        await sleep(5);
        answer = await api.post(freshly(body, turn));
        await sleep(5);
        holds.push(watch.end());
      }
      // The minimum of the longest times: other programs on this machine sometimes delay the loop, too.
      const best = Math.min(...holds);
      findings.push({
        part: 'hostile',
        what: name,
        size: `${answer.bytes} bytes: ${answer.text.slice(0, 60).replaceAll('|', ' ')}`,
        figure: `${ms(best)} (the first ${ms(holds[0] ?? 0)})`,
        target: `${mostMs} ms`,
        met: best <= mostMs,
      });
    }
    await api.close();
    return findings;
  } finally {
    await store.close();
  }
}

/** The same request with another comment: a known document is not validated again. */
function freshly(body: string, turn: number): string {
  return body.replaceAll(/("query":"(?:[^"\\]|\\.)*)"/g, `$1 #${turn}"`);
}

/**
 * Watches the event loop; `end` returns the longest time between two turns. The smaller of elapsed time and processor
 * time counts, since other processes sometimes interrupt this one.
 */
function watchLoop(): { end(): number } {
  const computed = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;
  let [lastTime, lastComputed, longest] = [performance.now(), computed(), 0];
  const look = () => {
    const [time, cpu] = [performance.now(), computed()];
    longest = Math.max(longest, Math.min(time - lastTime, cpu - lastComputed));
    [lastTime, lastComputed] = [time, cpu];
  };
  const looking = setInterval(look, 1);
  return {
    end() {
      clearInterval(looking);
      look();
      return longest;
    },
  };
}

/** The API on a port, and a client in its own thread, so that the client does not block the server's loop. */
async function serve(store: BenchStore) {
  const { createApp } = await importBuilt<typeof import('../src/app.ts')>('app');
  const { createHttpServer } = await importBuilt<typeof import('../src/http/server.ts')>('http/server');
  const { openFolder } =
    await importBuilt<typeof import('../src/jobs/uploads/folder.ts')>('jobs/uploads/folder');
  const log = createLogger('silent', 'bench');
  const uploadFolder = await mkdtemp(join(tmpdir(), 'larkstat-bench-uploads-'));
  const refreshing: Services['refreshing'] = { afterMs: 15 * 60_000, refresh: () => {} };
  // Safe: no request of this bench needs the other services.
  const app = createApp({ db: store.db, log, services: { refreshing } as Services });
  const uploads = openFolder(uploadFolder);
  const server = createHttpServer({ access: openAccess, app, uploads, health: { checks: {} }, log });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  const client = new Worker(clientCode, { eval: true, workerData: `http://127.0.0.1:${port}/graphql` });
  return {
    post: (body: string) =>
      new Promise<{ status: number; bytes: number; text: string }>((resolve, reject) => {
        client.once('message', resolve);
        client.once('error', reject);
        client.postMessage(body);
      }),
    async close() {
      await client.terminate();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(uploadFolder, { recursive: true });
    },
  };
}

const clientCode = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', async (body) => {
  const answer = await fetch(workerData, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await answer.text();
  parentPort.postMessage({ status: answer.status, bytes: text.length, text: text.slice(0, 200) });
});`;
