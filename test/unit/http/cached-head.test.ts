import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { CachedHead } from '../../../src/http/cache/cached-head.ts';

const headers = [
  'content-type',
  'application/json',
  'content-length',
  '2',
  'vary',
  'Origin',
  'x-of-ours',
  'a',
];
const servers: Server[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/**
 * Sends this many requests over open connections, and returns the raw headers of each answer. The last request has
 * these headers.
 */
async function headsOf(
  answer: (req: IncomingMessage, res: ServerResponse) => void,
  times: number,
  last: Readonly<Record<string, string>> = {},
) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  server.on('checkContinue', answer);
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const heads: { readonly status: string; readonly headers: readonly string[] }[] = [];
  for (let time = 1; time <= times; time++) {
    const sent = request({ port, host: '127.0.0.1', headers: time === times ? last : {} }).end();
    const [res] = (await once(sent, 'response')) as [IncomingMessage];
    expect(await text(res)).toBe('{}');
    heads.push({ status: `${res.statusCode} ${res.statusMessage}`, headers: res.rawHeaders });
  }
  return heads;
}

/** All but the Date. */
const undated = (head: { readonly headers: readonly string[] } | undefined) => ({
  ...head,
  headers: head?.headers.map((text, at, all) => (all[at - 1] === 'Date' ? 'a date' : text)),
});

const byNode = (_req: IncomingMessage, res: ServerResponse) => void res.writeHead(200, headers).end('{}');

test.each([
  [{ connection: 'close' }, '{}'],
  [{ expect: '100-continue' }, '{}'],
  [{ connection: 'close' }, Buffer.from('{}')],
])('a cached head equals the one that Node writes, also for a request with %o', async (last, body) => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now());
  const head = new CachedHead(200, headers);
  const byHead = (_req: IncomingMessage, res: ServerResponse) => {
    head.send(res, body);
  };
  const [kept, right] = [await headsOf(byHead, 4, last), await headsOf(byNode, 4, last)];
  expect(kept.map(undated)).toEqual(right.map(undated));
  expect(kept[2]?.headers).toContain('keep-alive');
  expect(kept[3]?.headers).toContain('close');
});

test('the own values of each answer are where Node writes them', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now());
  const head = new CachedHead(200, headers, ['content-length', 'x-of-ours']);
  const values = ['a', 'another', '', 'a longer one'];
  const written: boolean[] = [];
  const byHead = (_req: IncomingMessage, res: ServerResponse) => {
    const write = vi.spyOn(res, 'writeHead');
    head.send(res, '{}', ['2', values[written.length] ?? '']);
    written.push(write.mock.calls.length > 0);
  };
  const left = [...values];
  const byNode = (_req: IncomingMessage, res: ServerResponse) =>
    void res.writeHead(200, headers.with(7, left.shift() ?? '')).end('{}');
  expect((await headsOf(byHead, 4)).map(undated)).toEqual((await headsOf(byNode, 4)).map(undated));
  expect(written).toEqual([true, false, false, false]);
});

test('Node writes a head once a second, so that its Date is right', async () => {
  const start = 1_000_000;
  const now = vi.spyOn(Date, 'now').mockReturnValue(start);
  const head = new CachedHead(200, headers);
  const written: boolean[] = [];
  await headsOf((_req, res) => {
    const write = vi.spyOn(res, 'writeHead');
    head.send(res, '{}');
    written.push(write.mock.calls.length > 0);
    if (written.length === 3) now.mockReturnValue(start + 1_000);
  }, 5);
  expect(written).toEqual([true, false, false, true, false]);
});
