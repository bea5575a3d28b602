import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createShare, revokeShare, shareUrl } from '../../../src/access/shares.ts';
import { readDashboard } from '../../../src/http/dashboard/dashboard.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { patienceMs } from '../../support/patience.ts';
import { openStore } from '../../support/store.ts';
import { ask, send, serve } from './support.ts';

const db = await openStore();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-web-'));
afterwards(() => rm(folder, { recursive: true, force: true }));
await writeFile(join(folder, 'index.html'), '<!doctype html><title>larkstat</title>');
const dashboard = await readDashboard(folder);
const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
/** Without any key on this machine, and with one. */
const open = await serve(openApp(db), { access: (await openKeys(db, { off: true })).access, dashboard, log });
const key = await makeKey(db, 'admin');
const metrics = { token: null, contentType: 'text/plain', print: async () => '' };
const closed = await serve(openApp(db), { access: (await openKeys(db)).access, dashboard, log, metrics });

async function share(path: string, expiresInMs = 3_600_000, now = new Date()) {
  const made = await createShare({ db, now }, { path, streamIds: [1], trends: false, expiresInMs });
  return { shareId: made.shareId, url: await shareUrl({ db }, made) };
}
const { url } = await share('/embed/x/lark?card=calendar');
const token = url.split('share=')[1] ?? '';
const html = { accept: 'text/html' };
const get = (path: string, headers = {}, server = open) =>
  send(server, { method: 'GET', path, headers: { ...html, ...headers } });
const framesOf = ({ headers }: Awaited<ReturnType<typeof get>>) => [
  /frame-ancestors (.*)$/.exec(String(headers['content-security-policy']))?.[1],
  headers['x-frame-options'] ?? 'any',
];

test.each([
  ['that needs no key', open],
  ['that needs one', closed],
])('a page below /embed may be framed with its share, at a server %s', async (_name, server) => {
  const answer = await get(url, {}, server);
  expect([answer.status, framesOf(answer)]).toEqual([200, ['*', 'any']]);
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(answer.headers.etag).toBeUndefined();
  const policy = String(answer.headers['content-security-policy']);
  const usual = String((await get('/x/lark')).headers['content-security-policy']);
  expect(policy).toBe(usual.replace("frame-ancestors 'none'", 'frame-ancestors *'));
});

const elsewhere = await share('/x/lark');
const past = await share('/embed/x/lark', 60_000, new Date(Date.now() - 61_000));

test.each([
  ['without a token', '/embed/x/lark'],
  ['with an empty one', '/embed/x/lark?share='],
  ['with a key', `/embed/x/lark?share=${key.token}`],
  ['with a token that was changed', url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
  ['with one that has expired', past.url],
  ['with the token of another page', `/embed/x/crow?share=${token}`],
  ['with the token of the same page outside of /embed', `/embed${elsewhere.url}`],
  ['outside of /embed, though with its token', elsewhere.url],
  ['outside of /embed, with the token of a page below it', `/x/lark?share=${token}`],
  ['which climbs out of /embed', `/embed/../x/lark?share=${token}`],
  ['which is written in another way', `/embed/x/%6Cark?share=${token}`],
  ['at the root', `/?share=${token}`],
])('no page may be framed %s', async (_name, path) => {
  for (const server of [open, closed]) {
    expect(framesOf(await get(path, { 'if-none-match': '"x"' }, server))).toEqual(["'none'", 'DENY']);
  }
});

test('soon after its share is revoked a page may not be framed, also in a browser that had shown it', async () => {
  const { shareId, url } = await share('/embed/trending');
  expect(framesOf(await get(url))).toEqual(['*', 'any']);
  await revokeShare({ db }, shareId);
  await expect
    .poll(async () => framesOf(await get(url)), { timeout: patienceMs })
    .toEqual(["'none'", 'DENY']);
});

test('the API and GraphiQL may not be framed, whatever the token', async () => {
  const bearer = { authorization: `Bearer ${token}` };
  for (const answer of [
    await get(`/graphql?share=${token}`, bearer),
    await ask(open, { query: '{ __typename }' }, bearer),
  ]) {
    expect(answer.headers['x-frame-options']).toBe('DENY');
  }
});

test('neither a log nor the metrics have an address with a token', async () => {
  const bearer = { authorization: `Bearer ${token}` };
  await get(url);
  await get(`${url}x`, {}, closed);
  await ask(closed, { query: 'mutation { deleteStream(id: "QWNjb3VudDox") }' }, bearer);
  await get(`/metrics?share=${token}`, bearer, closed);
  const identify = () => Promise.reject(new Error('broken on purpose'));
  const broken = await serve(openApp(db), { access: { identify, onEnd: () => () => {} }, dashboard, log });
  await get(url, {}, broken);
  await send(broken, { method: 'GET', path: `/graphql?query={__typename}&share=${token}`, headers: bearer });
  expect(lines.filter((line) => line.includes('broken on purpose'))).toHaveLength(1);
  expect(JSON.stringify(closed.server.requests.facts)).not.toContain('share_');
  expect(lines.filter((line) => line.includes('share_'))).toEqual([]);
});
