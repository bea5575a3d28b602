import { execFile, spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { openFakeTwitchEventSub } from '../support/fake-twitch-eventsub.ts';
import { openFakeTwitchHelix } from '../support/fake-twitch-helix.ts';
import { idOf } from '../support/fake-twitch-irc.ts';
import { openFakeTwitchIrc } from '../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../support/patience.ts';
import { program } from '../support/program.ts';
import { aMachine, runServer } from '../support/servers.ts';

const irc = await openFakeTwitchIrc();
const events = await openFakeTwitchEventSub();
const helix = await openFakeTwitchHelix();
const patience = { timeout: patienceMs, interval: 200 };

/**
 * One address for Helix and tokens, as Twitch has: requests with a user's token go to one stand-in, all others to the
 * other.
 */
async function openFront(): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const path = request.url ?? '';
    const ofUser = /eventsub|validate/.test(path) || body.includes('grant_type=refresh_token');
    if (!ofUser) return helix.answer(request, response, body);
    const { authorization, 'client-id': client, 'content-type': type } = request.headers;
    const headers = Object.entries({ authorization, 'client-id': client as string, 'content-type': type });
    const answer = await fetch(`http://${events.url}${path}`, {
      method: request.method ?? 'GET',
      headers: headers.flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
      ...(body !== '' && { body }),
    });
    const content = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const front = await openFront();
const folder = await aMachine();
const env = {
  LARKSTAT_DATA: join(folder, 'data'),
  LOG_LEVEL: 'error',
  MEDIA: 'off',
  TWITCH_IRC_URL: irc.url,
  TWITCH_EVENTSUB_URL: `ws://${events.url}/ws`,
  TWITCH_HELIX_URL: `${front}/helix`,
  TWITCH_AUTH_URL: `${front}/oauth2`,
  TWITCH_CLIENT_ID: 'client',
  TWITCH_CLIENT_SECRET: 'secret',
  TWITCH_USER_TOKEN: 'expired-token-of-the-user',
  TWITCH_USER_REFRESH_TOKEN: events.refreshToken,
  EMOTES_BTTV_URL: 'off',
  EMOTES_FFZ_URL: 'off',
  EMOTES_SEVENTV_URL: 'off',
};
const login = 'harbour';
const startedAt = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');
helix.add({
  id: idOf(login),
  login,
  displayName: 'Harbour',
  followers: 4_321,
  live: { id: '9', title: 'Endgames', category: 'Chess', startedAt, viewers: 77 },
});

/** Runs a command of the program to its end. */
const larkstat = (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });

const asker = (url: string) => async (query: string) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  const answer = (await response.json()) as { data: any; errors?: { message: string }[] };
  expect(answer.errors).toBeUndefined();
  return answer.data;
};

test('the built program collects, queries, imports and opts out a channel', async () => {
  const server = await runServer({ env });
  let ask = asker(server.url);

  // `collect` on the command line shows a line for the channel until it is stopped.
  const command = spawn(process.execPath, [program, 'collect', `@${login.toUpperCase()}`], {
    env: { ...process.env, ...env },
  });
  let shown = '';
  command.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  const over = new Promise<number | null>((done) => command.once('exit', (code) => done(code)));
  // Also when the following steps fail.
  afterwards(async () => {
    command.kill('SIGTERM');
    await over;
  });
  await irc.joined(login, 1, patienceMs);
  irc.say(login, { text: 'by IRC', login: 'ann' });
  await expect.poll(() => events.types(login).length, patience).toBe(6);
  const said = Array.from({ length: 40 }, (_, n) =>
    events.say(login, { text: n % 4 === 0 ? 'so good' : `message ${n}?`, by: `fan${n % 5}` }),
  );
  await expect.poll(() => shown, patience).toMatch(/harbour: 41 messages, .*, 0 deleted/);
  const target = { target_user_id: idOf('fan1'), target_user_login: 'fan1', target_user_name: 'fan1' };
  events.send(login, 'channel.chat.message_delete', { ...target, message_id: said[1] });
  events.send(login, 'channel.chat.notification', {
    chatter_user_id: idOf('raider'),
    chatter_user_login: 'raider',
    chatter_user_name: 'Raider',
    message_id: crypto.randomUUID(),
    notice_type: 'raid',
    raid: { viewer_count: 320 },
  });
  await expect
    .poll(() => shown, patience)
    .toMatch(/harbour: 41 messages, .*, 1 deleted, 0 dropped: Collecting/);
  command.kill('SIGINT');
  await over;

  // The API shows the channel, its broadcast, its messages and its events.
  const told = () =>
    ask(`{ channel(login: "${login}") { displayName followers collecting live { title category viewers }
      broadcasts { title } viewers(interval: HOUR) { values }
      stats { totals { posts authors } } chat { messages chatters questions { messages } }
      eventCounts { kind count amount } events(kinds: [RAID]) { nodes { kind handle amount } }
      chatter(login: "fan2") { messageCount } } }`);
  await expect
    .poll(async () => (await told()).channel, patience)
    .toEqual({
      displayName: 'Harbour',
      followers: 4_321,
      collecting: true,
      live: { title: 'Endgames', category: 'Chess', viewers: 77 },
      broadcasts: [{ title: 'Endgames' }],
      viewers: { values: [77] },
      stats: { totals: { posts: 40, authors: 6 } },
      chat: { messages: 40, chatters: 6, questions: { messages: 29 } },
      eventCounts: [
        { kind: 'MESSAGE_DELETED', count: 1, amount: null },
        { kind: 'RAID', count: 1, amount: 320 },
      ],
      events: { nodes: [{ kind: 'RAID', handle: 'raider', amount: 320 }] },
      chatter: { messageCount: 8 },
    });

  // A log is imported under a login; its format is recognised.
  const start = Date.UTC(2026, 0, 31, 18);
  const line = (ms: number, who: string, text: string) =>
    `[${new Date(start + ms).toISOString().replace('T', ' ').slice(0, 19)} UTC] ${who}: ${text}`;
  const calm = Array.from({ length: 360 }, (_, at) => line(20_000 * at, `viewer${at % 9}`, 'hm'));
  const burst = Array.from({ length: 240 }, (_, at) =>
    line(3_600_000 + 250 * at, `viewer${at % 30}`, 'what a goal'),
  );
  const log = join(folder, 'evening.txt');
  await writeFile(log, `${[...calm, ...burst].sort().join('\n')}\n`);
  const imported = await larkstat('import', log, '--handle', 'lighthouse');
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.stdout + imported.stderr).toMatch(/600/);
  const stats = await larkstat('stats', 'lighthouse');
  expect(stats).toMatchObject({ code: 0 });
  expect(stats.stdout).toMatch(/600/);
  const moments = await larkstat('moments', 'lighthouse', '--chapters');
  expect(moments).toMatchObject({ code: 0 });
  expect(moments.stdout).toMatch(/^1:0\d:\d\d .*goal/m);

  // Opting out by the command line and by the API.
  expect((await larkstat('opt-out', 'fan2')).code).toBe(0);
  await ask('mutation { optOut(kind: CHATTER, login: "viewer3") }');
  expect((await larkstat('opt-out')).stdout).toMatch(/fan2[\s\S]*viewer3|viewer3[\s\S]*fan2/);
  const left =
    await ask(`{ channel(login: "${login}") { stats { totals { posts authors } } chatter(login: "fan2") { messageCount } }
    lighthouse: channel(login: "lighthouse") { stats { totals { authors } } } }`);
  expect(left).toEqual({
    channel: { stats: { totals: { posts: 32, authors: 5 } }, chatter: null },
    lighthouse: { stats: { totals: { authors: 29 } } },
  });

  // The token was renewed; after a restart it is still used, and the channel is still collected.
  const kept = join(env.LARKSTAT_DATA, 'twitch-user-token.json');
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
  expect(await readFile(kept, 'utf8')).toContain(events.token);
  const { token } = events;
  expect(await server.end('SIGTERM')).toBe(0);
  ask = asker((await runServer({ env })).url);
  await expect.poll(() => events.types(login).length, patience).toBe(6);
  expect(events.token).toBe(token);
  events.say(login, { text: 'after the restart', by: 'fan3' });
  await expect
    .poll(
      async () => (await ask(`{ channel(login: "${login}") { stats { totals { posts } } } }`)).channel,
      patience,
    )
    .toEqual({ stats: { totals: { posts: 33 } } });
});
