import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, expect, test, vi } from 'vitest';
import { openPictures } from '../../../src/media/pictures.ts';
import { must } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { ask as askApp, openApp, testNow } from '../../support/app.ts';
import { only, openPictureHost, picture, png, pngOf } from '../../support/picture-host.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { send, serve } from './support.ts';

const db = await openStore();
const host = await openPictureHost();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-media-'));
afterwards(() => rm(folder, { recursive: true, force: true }));
const log = pino({ level: 'silent' });
const pictures = openPictures({
  folder,
  maxBytes: 200_000_000,
  secret: randomBytes(32),
  writers: 1,
  log,
  agent: host.agent,
});
const app = openApp(db, { pictures });
const server = await serve(app, { pictures, origins: ['http://pages.example'] });
let path = '';

/** A path of a picture that was not requested yet. */
const newPath = () =>
  must(pictures.addressOf(`https://pbs.twimg.com/${randomBytes(8).toString('hex')}.png`), 'a host');
const get = (options: { readonly method?: string; readonly headers?: Record<string, string> } = {}) =>
  send(server, { method: 'GET', path, ...options });

beforeEach(() => {
  path = newPath();
  host.answer = picture(png);
});

test('a picture needs only its path, and browsers cache it', async () => {
  const response = await fetch(`${server.url}${path}`);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(png.byteLength),
    'content-disposition': 'inline',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
});

test('its type is recognised by its bytes, whatever the host says', async () => {
  host.answer = picture(Buffer.from('GIF89a\x01\0\x01\0<script>alert(1)</script>'), {
    'content-type': 'text/html',
    'set-cookie': 'a=b',
    location: 'https://example.org',
  });
  const { headers } = await get();
  expect(headers['content-type']).toBe('image/gif');
  expect(headers['set-cookie']).toBeUndefined();
  expect(headers.location).toBeUndefined();
});

test('HEAD returns only the headers', async () => {
  const { status, headers, body } = await get({ method: 'HEAD' });
  expect([status, headers['content-length'], body]).toEqual([200, String(png.byteLength), '']);
});

test('a page of an allowed origin may show it', async () => {
  const { headers } = await get({ headers: { origin: 'http://pages.example' } });
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
});

test('other methods are refused', async () => {
  expect((await get({ method: 'POST' })).status).toBe(405);
});

test.each([
  ['that the platform does not have', only(404), 404, 'NOT_FOUND', 'private, max-age=600'],
  ['that is none', picture(Buffer.from('<svg/>')), 404, 'NOT_FOUND', 'private, max-age=600'],
  ['that does not come', only(502), 503, 'PROVIDER_UNAVAILABLE', undefined],
] as const)('a picture %s is an error that says so', async (_which, answer, status, code, keep) => {
  host.answer = answer;
  const found = await get();
  expect(found.status).toBe(status);
  expect(found.headers['cache-control']).toBe(keep);
  expect(found.headers['content-type']).toContain('application/json');
  expect(JSON.parse(found.body).errors[0].extensions.code).toBe(code);
});

test('a path that the API did not create is refused', async () => {
  const before = host.asked.length;
  for (const other of ['/media/', `/media/${path.slice(8).replace(/^./, '!')}`, '/media/../graphql']) {
    path = other;
    expect((await get()).status).toBe(404);
  }
  expect(host.asked).toHaveLength(before);
});

test('a fetch ends when its client leaves', async () => {
  host.answer = () => {};
  const before = host.asked.length;
  const client = request({ host: '127.0.0.1', port: server.port, path });
  client.on('error', () => {}); // it leaves
  client.end();
  await vi.waitFor(() => expect(host.asked.length).toBe(before + 1));
  client.destroy();
  await vi.waitFor(() => expect(must(host.requests.at(-1), 'it was asked for').socket.destroyed).toBe(true));
});

test('a client that leaves in the middle leaves no file open', async () => {
  host.answer = picture(pngOf(5_000_000));
  await new Promise<void>((resolve) => {
    const client = request({ host: '127.0.0.1', port: server.port, path }, (response) => {
      response.on('error', () => {}); // it leaves
      response.once('data', () => resolve(void response.destroy()));
    });
    client.on('error', () => {}); // it leaves
    client.end();
  });
  expect((await get()).status).toBe(200);
});

test('without pictures the path does not exist', async () => {
  const none = await serve(openApp(db));
  expect((await send(none, { method: 'GET', path })).status).toBe(404);
});

const avatarUrl = 'https://pbs.twimg.com/profile_images/1/a_normal.jpg';
const query = `query ($handle: String!) {
  account(handle: $handle) {
    avatarUrl
    avatar
    posts(first: 1) { nodes { author { avatarUrl avatar } media { kind preview } } }
  }
}`;

async function anAccountWithPictures(): Promise<string> {
  const account = anAccount();
  const media = [
    { kind: 'PHOTO', url: 'https://pbs.twimg.com/media/1.jpg', previewUrl: null, alt: null },
    {
      kind: 'VIDEO',
      url: 'https://video.twimg.com/2.mp4',
      previewUrl: 'https://pbs.twimg.com/2.jpg',
      alt: null,
    },
    { kind: 'GIF', url: 'https://video.twimg.com/3.mp4', previewUrl: null, alt: null },
    { kind: 'PHOTO', url: 'https://example.org/4.jpg', previewUrl: null, alt: null },
  ] as const;
  await savePosts(db, account, [aPost(account, { createdAt: testNow.getTime() - 1_000, media })]);
  await db.sql`update accounts set avatar_url = ${avatarUrl} where handle = ${account.handle}`;
  await db.sql`update authors set avatar_url = ${avatarUrl} where handle = ${account.handle}`;
  return account.handle;
}

test('the API returns the paths of avatars and previews, and each serves its picture', async () => {
  const { data, errors } = await askApp(app, query, { handle: await anAccountWithPictures() });
  expect(errors).toBeUndefined();
  const { avatar, posts } = data.account;
  expect(data.account.avatarUrl).toBe(avatarUrl);
  const [post] = posts.nodes;
  expect(post.author).toEqual({ avatarUrl, avatar });
  const previews = post.media.map(({ preview }: { readonly preview: string | null }) => preview);
  expect(previews.slice(2)).toEqual([null, null]);
  const before = host.asked.length;
  for (const shown of [avatar, ...previews.slice(0, 2)]) {
    path = shown;
    expect((await get()).status).toBe(200);
  }
  expect(host.asked.slice(before)).toEqual([
    'pbs.twimg.com/profile_images/1/a_normal.jpg',
    'pbs.twimg.com/media/1.jpg',
    'pbs.twimg.com/2.jpg',
  ]);
});

test('without pictures the API returns no path, but still the addresses at the platform', async () => {
  const { data } = await askApp(openApp(db), query, { handle: await anAccountWithPictures() });
  expect(data.account).toMatchObject({ avatarUrl, avatar: null });
  expect(data.account.posts.nodes[0].media[0]).toEqual({ kind: 'PHOTO', preview: null });
});
