import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { getPicture, pictureAgent } from '../../../src/media/get-picture.ts';
import { type FoundPicture, openPictures, type Pictures } from '../../../src/media/pictures.ts';
import { must } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { only, openPictureHost, picture, png, pngOf } from '../../support/picture-host.ts';

const host = await openPictureHost();
const secret = randomBytes(32);
const log = pino({ level: 'silent' });
const never = () => new AbortController().signal;
let folder = '';
let pictures: Pictures;

function open(options: Partial<Parameters<typeof openPictures>[0]> = {}): Pictures {
  const limits = { bytes: 100_000, totalMs: 60_000 };
  return openPictures({
    folder,
    maxBytes: 50_000_000,
    secret,
    writers: 1,
    log,
    agent: host.agent,
    limits,
    ...options,
  });
}

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'larkstat-media-'));
  afterwards(() => rm(parent, { recursive: true, force: true }));
  folder = join(parent, 'media');
  pictures = open();
  host.answer = picture(png);
  (host.asked as string[]).length = 0;
});

const urlOf = (name: string) => `https://pbs.twimg.com/${name}`;
const pathOf = (name: string) => must(pictures.addressOf(urlOf(name)), 'it is of one of the hosts');

/** The result of a picture's path: its bytes, or why there are none. */
async function get(name: string, signal = never(), from = pictures): Promise<Buffer | FoundPicture['is']> {
  const found = await from.open(pathOf(name), '192.0.2.1', signal);
  if (found.is !== 'PICTURE') return found.is;
  const content = await found.file.readFile();
  await found.file.close();
  expect(content.byteLength).toBe(found.bytes);
  return content;
}

const lastSocket = () => must(host.requests.at(-1), 'it was asked for').socket;

/** Resolves when the connection of the last request is closed: nothing more of it is read. */
const hungUp = () => vi.waitFor(() => expect(lastSocket().destroyed).toBe(true));

describe('a picture', () => {
  test('is fetched once, then stored, also for the next process', async () => {
    expect(await get('a.png')).toEqual(png);
    expect(await get('a.png')).toEqual(png);
    expect(await get('a.png', never(), open())).toEqual(png);
    expect(host.asked).toEqual(['pbs.twimg.com/a.png']);
    expect(pictures.facts).toMatchObject({ fetched: 1, kept: 1 });
  });

  test('that two clients request at once is fetched once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => get('a.png')));
    expect(all).toEqual(all.map(() => png));
    expect(host.asked).toHaveLength(1);
  });

  test('is requested without anything about the client', async () => {
    await get('a.png');
    const { headers } = must(host.requests.at(-1), 'it was asked for');
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  test('may be as large as the limit, and come in many pieces', async () => {
    const large = pngOf(100_000);
    host.answer = (_request, response) => {
      response.writeHead(200);
      for (let at = 0; at < large.byteLength; at += 999) response.write(large.subarray(at, at + 999));
      response.end();
    };
    expect(await get('a.png')).toEqual(large);
  });

  test('is followed to another address at the same hosts', async () => {
    host.answer = (request, response) =>
      request.url === '/a.png'
        ? only(302, { location: 'https://abs.twimg.com/b.png' })(request, response)
        : picture(png)(request, response);
    expect(await get('a.png')).toEqual(png);
    expect(host.asked).toEqual(['pbs.twimg.com/a.png', 'abs.twimg.com/b.png']);
  });

  test('of a path that this server did not sign is not fetched', async () => {
    const forged = pathOf('a.png').replace(/[\w-]{43}/, 'A'.repeat(43));
    expect(await pictures.open(forged, '192.0.2.1', never())).toEqual({ is: 'INVALID' });
    expect(host.asked).toEqual([]);
  });
});

describe('there is no picture, and it is not requested again for now,', () => {
  test.each([
    ['where the host has none', 'MISSING', only(404)],
    ['where nobody may have it', 'MISSING', only(403)],
    ['where it is gone', 'MISSING', only(410)],
    ['when the host fails', 'FAILED', only(500)],
    ['when the host wants fewer requests', 'FAILED', only(429)],
    ['when the host answers with nothing', 'REFUSED', only(200)],
    ['when it is a page', 'REFUSED', picture(Buffer.from('<!doctype html><script>alert(1)</script>'))],
    ['when it is SVG', 'REFUSED', picture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
    ['when it is SVG after much space', 'REFUSED', picture(Buffer.from(`${' '.repeat(9_000)}<svg/>`))],
    [
      'when it is compressed',
      'REFUSED',
      picture(Buffer.from([0x1f, 0x8b, 8]), { 'content-encoding': 'gzip' }),
    ],
    ['when it is too large by its own word', 'REFUSED', picture(pngOf(100_001))],
    ['when it moved to another host', 'REFUSED', only(302, { location: 'https://example.org/a.png' })],
    ['when it moved to this machine', 'REFUSED', only(302, { location: 'https://127.0.0.1/a.png' })],
    ['when it moved to a file', 'REFUSED', only(302, { location: 'file:///etc/passwd' })],
    ['when it moves in a circle', 'REFUSED', only(302, { location: '/a.png' })],
    ['when it moved to nowhere', 'FAILED', only(302)],
    ['when a header is huge', 'FAILED', only(200, { 'x-much': 'a'.repeat(100_000) })],
  ] as const)('%s', async (_when, is, answer) => {
    host.answer = answer;
    expect(await get('a.png')).toBe(is);
    const asked = host.asked.length;
    host.answer = picture(png);
    expect(await get('a.png')).toBe(is);
    expect(host.asked).toHaveLength(asked);
  });

  test('when it never ends', async () => {
    let sent = 0;
    host.answer = (_request, response) => {
      response.writeHead(200);
      response.write(png);
      const more = () => {
        while (!response.destroyed) {
          sent += 10_000;
          if (!response.write(Buffer.alloc(10_000))) return void response.once('drain', more);
        }
      };
      more();
    };
    expect(await get('a.png')).toBe('REFUSED');
    await hungUp();
    expect(sent).toBeLessThan(50_000_000);
  });

  test('when it is interrupted', async () => {
    host.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(png, () => response.destroy());
    };
    expect(await get('a.png')).toBe('FAILED');
  });

  test.each([
    ['nothing comes', () => {}],
    ['it comes a byte at a time', (_request: unknown, response: ServerResponse) => drip(response)],
  ])('when it is not complete in time: %s', async (_what, answer) => {
    pictures = open({ limits: { totalMs: 200 } });
    host.answer = answer;
    expect(await get('a.png')).toBe('FAILED');
    await hungUp();
  });

  test("when the host's name resolves to a private address", async () => {
    const agent = pictureAgent(async () => [{ address: '127.0.0.1', family: 4 }]);
    pictures = open({ agent });
    afterwards(() => pictures.close());
    expect(await get('a.png')).toBe('FAILED');
    const asked = getPicture(new URL(urlOf('a.png')), { agent, signal: never(), maxBytes: 1_000 });
    await expect(asked).rejects.toMatchObject({ cause: { name: 'PrivateAddressError' } });
    expect(host.asked).toEqual([]);
  });
});

/** Writes the picture's bytes one by one, until the reader has left. */
function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(Buffer.from('\x89')), 20);
  response.on('close', () => clearInterval(timer));
}

describe('a fetch', () => {
  test('ends when nobody waits for it any more, and starts again for the next client', async () => {
    host.answer = () => {};
    const [one, other] = [new AbortController(), new AbortController()];
    const both = [get('a.png', one.signal), get('a.png', other.signal)];
    const ends = Promise.allSettled(both);
    await vi.waitFor(() => expect(host.asked).toHaveLength(1));
    one.abort(new Error('left'));
    await expect(both[0]).rejects.toThrow('left');
    expect(lastSocket().destroyed).toBe(false);
    other.abort(new Error('left too'));
    await Promise.all([ends, hungUp()]);
    host.answer = picture(png);
    expect(await get('a.png')).toEqual(png);
  });

  test('waits for its turn, and is refused for now when too many wait', async () => {
    pictures = open({ limits: { atOnce: 2, waiting: 3 } });
    const held: ServerResponse[] = [];
    host.answer = (_request, response) => void held.push(response);
    const asked = Array.from({ length: 6 }, (_, at) => get(`${at}.png`));
    const first = await Promise.race(asked);
    expect(first).toBe('BUSY');
    await vi.waitFor(() => expect(held).toHaveLength(2));
    host.answer = picture(png);
    for (const response of held) response.end(png);
    const all = await Promise.all(asked);
    expect(all.filter((one) => Buffer.isBuffer(one))).toHaveLength(5);
    expect(pictures.facts).toMatchObject({ fetched: 5, limited: 1 });
  });

  test('is refused beyond the limit of one address in a minute; stored pictures are not', async () => {
    pictures = open({ limits: { perMinute: 2 } });
    expect(await get('a.png')).toEqual(png);
    expect(await get('b.png')).toEqual(png);
    expect(await get('c.png')).toBe('BUSY');
    expect(await get('a.png')).toEqual(png);
    const found = await pictures.open(pathOf('c.png'), '192.0.2.2', never());
    expect(found.is).toBe('PICTURE');
    if (found.is === 'PICTURE') await found.file.close();
  });

  test('that cannot be stored says so', async () => {
    folder = '/proc/larkstat';
    pictures = open();
    expect(await get('a.png')).toBe('FAILED');
  });
});
