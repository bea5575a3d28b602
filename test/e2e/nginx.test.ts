import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tally } from '../support/asked.ts';
import { aFollowedStream, isAscending } from '../support/followed-stream.ts';
import { startLoad } from '../support/load.ts';
import { hasNginx, startNginx } from '../support/nginx.ts';
import { quietPort } from '../support/quiet-port.ts';
import { aMachine, runServer } from '../support/servers.ts';
import { openStore } from '../support/store.ts';

/** Two servers behind nginx, as in compose.yaml; both have their uploads in one folder. */
async function aDeployment() {
  const store = await openStore();
  const uploads = await aMachine();
  const ports = [await quietPort(), await quietPort()] as const;
  const start = async (port: number) =>
    runServer({
      args: ['--no-worker'],
      env: {
        DATABASE_URL: store.url,
        UPLOADS_URL: pathToFileURL(uploads).href,
        LARKSTAT_DATA: await aMachine(),
        LOG_LEVEL: 'error',
        PORT: `${port}`,
        TRUST_PROXY: '1',
      },
    });
  const servers = await Promise.all(ports.map(start));
  return { store, uploads, ports, start, servers, url: await startNginx(ports) };
}

const boundary = 'larkstat-boundary';
const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
const megabyte = randomBytes(1_000_000);

/** A form with a file of this many megabytes, sent one by one with a pause after each. */
async function* form(megabytes: number, pauseMs: number): AsyncGenerator<Uint8Array> {
  const part = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${value}\r\n`;
  const operations = JSON.stringify({ query, variables: { file: null } });
  yield Buffer.from(
    [
      part('operations', `\r\n\r\n${operations}`),
      part('map', '\r\n\r\n{"0":["variables.file"]}'),
      part('0', '; filename="archive.zip"\r\ncontent-type: application/zip\r\n'),
    ].join(''),
  );
  for (let sent = 0; sent < megabytes; sent++) {
    yield megabyte;
    await sleep(pauseMs);
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** Uploads 200 MB and returns the answer. */
async function upload(url: string, pauseMs = 0): Promise<unknown> {
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  // Node's fetch accepts an iterable, which its types do not say.
  const body = form(200, pauseMs) as unknown as BodyInit;
  const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  return response.json();
}

const sizesIn = async (folder: string) =>
  Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));

const accepted = { data: { importFile: { id: expect.any(String) } } };

describe.skipIf(!hasNginx)('nginx with deploy/nginx.conf, in front of two servers', () => {
  test('passes queries, server-sent events, WebSockets and an upload of 200 MB', async () => {
    const { store, uploads, url } = await aDeployment();
    const stream = await aFollowedStream(store, () => url);
    const followers = [stream.bySse(), stream.byWebSocket()];
    await expect.poll(() => followers.every((versions) => versions.length > 0)).toBe(true);
    await stream.raise();
    const newest = await stream.newest();
    await expect.poll(() => followers.map((versions) => versions.at(-1))).toEqual([newest, newest]);
    expect(await upload(url)).toEqual(accepted);
    expect(await sizesIn(uploads)).toEqual([200_000_000]);
    expect(stream.failures).toEqual([]);
  });

  test('loses no request, no upload and no event while each server is replaced under load', async () => {
    const { store, uploads, ports, start, servers, url } = await aDeployment();
    const stream = await aFollowedStream(store, () => url);
    const followers = [stream.bySse(), stream.bySse(), stream.byWebSocket(), stream.byWebSocket()];
    await expect.poll(() => followers.every((versions) => versions.length > 0)).toBe(true);
    const load = startLoad(url, {
      clients: 8,
      pauseMs: 5,
      questions: (at) =>
        at % 2 === 0
          ? { kind: 'computed', query: `{ a${at}: streams(first: 5) { nodes { title } } }` }
          : { kind: 'cached', query: '{ streams(first: 5) { nodes { title } } }' },
    });
    const uploaded = upload(url, 20);
    await expect.poll(() => sizesIn(uploads)).toHaveLength(1);
    for (const [at, server] of servers.entries()) {
      await stream.raise();
      expect(await server.end('SIGTERM')).toBe(0);
      const before = load.outcomes.length;
      await expect.poll(() => load.outcomes.length).toBeGreaterThan(before + 100);
      await start(ports[at] ?? 0);
      await stream.raise();
    }
    expect(await uploaded).toEqual(accepted);
    expect(await sizesIn(uploads)).toEqual([200_000_000]);
    const counts = tally(await load.stop());
    expect(Object.keys(counts).sort()).toEqual(['cached OK', 'computed OK']);
    const newest = await stream.newest();
    for (const versions of followers) {
      await expect.poll(() => versions.at(-1)).toBe(newest);
      expect(isAscending(versions)).toBe(true);
    }
    expect(stream.failures).toEqual([]);
  });
});
