import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepTokenIn } from '../../../src/collect/kept-token.ts';
import { openUserToken } from '../../../src/providers/twitch-eventsub/user-token.ts';
import { redact } from '../../../src/shared/secrets.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openFakeTwitchEventSub } from '../../support/fake-twitch-eventsub.ts';
import { quiet } from '../../support/worker.ts';

const fake = await openFakeTwitchEventSub();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-token-'));
afterwards(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => join(folder, `token-${++files}.json`);

/** A process that has these tokens configured. */
function start(path: string, configured: { token: string; refreshToken: string }) {
  const { user } = fake.options();
  return openUserToken({
    ...user,
    token: configured.token,
    refresh: { token: configured.refreshToken, clientId: 'client', clientSecret: 'secret' },
    keeper: keepTokenIn({ path, configured, log: quiet }),
  });
}

/** Tokens that Twitch exchanges for others at the first use. */
const expiring = () => ({ token: 'expired', refreshToken: fake.refreshToken });

test('a renewed token outlives the process, in a file for its owner alone', async () => {
  const [path, configured] = [newPath(), expiring()];
  const { token } = await start(path, configured).get();
  expect(token).toBe(fake.token);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual([path.slice(folder.length + 1)]);
  // Twitch would not exchange the configured token again.
  expect(configured.refreshToken).not.toBe(fake.refreshToken);
  expect((await start(path, configured).get()).token).toBe(token);
  expect(redact(`it was ${token}`)).not.toContain(token);
});

test('a token that another process of the machine renewed is used', async () => {
  const [path, configured] = [newPath(), expiring()];
  const [one, other] = [start(path, configured), start(path, configured)];
  const { token } = await one.get();
  expect((await other.get()).token).toBe(token);
});

test('a kept token is renewed and kept again when it expires', async () => {
  const [path, configured] = [newPath(), expiring()];
  await start(path, configured).get();
  fake.token = 'the kept one is not valid any more';
  const { token } = await start(path, configured).get();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ token, refreshToken: fake.refreshToken });
});

test('is of no use once others are configured', async () => {
  const path = newPath();
  await start(path, expiring()).get();
  const configured = { token: fake.token, refreshToken: 'of the user' };
  fake.token = configured.token = 'of another user';
  expect((await start(path, configured).get()).token).toBe('of another user');
});

test('the configured token is tried when Twitch refuses the kept one', async () => {
  const [path, configured] = [newPath(), expiring()];
  await start(path, configured).get();
  fake.token = 'neither';
  fake.refreshToken = configured.refreshToken;
  expect((await start(path, configured).get()).token).toBe(fake.token);
});

test.each([
  ['nothing', ''],
  ['no JSON', '{"token":'],
  ['something else', '[1]'],
  ['too much', 'x'.repeat(20_000)],
])('a file with %s in it is as none', async (_what, content) => {
  const path = newPath();
  await writeFile(path, content);
  expect((await start(path, expiring()).get()).token).toBe(fake.token);
});

test('a token that cannot be kept is used all the same', async () => {
  const path = newPath();
  await mkdir(path);
  expect((await start(path, expiring()).get()).token).toBe(fake.token);
  expect((await start(join(folder, 'missing', 'file'), expiring()).get()).token).toBe(fake.token);
});
