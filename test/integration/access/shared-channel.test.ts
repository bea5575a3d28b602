import { createClient } from 'graphql-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { lineOf, takeLines } from '../../support/chat-lines.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { patienceMs } from '../../support/patience.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { serveCached } from '../cache/support.ts';
import { ask, errorOf } from '../http/support.ts';
import { serveLive } from '../subscriptions/support.ts';

const db = await openStore();
const owner = await makeKey(db, 'read');
const { access } = await openKeys(db);
const server = await serveCached(db, {}, { http: { access } });
const live = await serveLive(db, { access });

/** A channel whose chat is written by one chatter. */
async function aChannel(login: string, chatter: string, first: number) {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH', handle: login }));
  const says = (number: number, text: string) =>
    takeLines(db, streamId, [
      lineOf({ number, login: chatter, userId: String(first), at: start + number * 1_000, text }),
    ]);
  await says(first, `hello of ${login}`);
  return { streamId, says };
}
const start = Date.UTC(2026, 5, 1);
const shown = await aChannel('shown_chat', 'ann', 1);
const hidden = await aChannel('secret_chat', 'secret_bob', 100);
const idOf = (streamId: number) => Buffer.from(`Channel:${streamId}`).toString('base64');

const create = `mutation ($path: String!) { createShare(path: $path) { url } }`;
const make = (path: string) =>
  ask(
    { ...server, port: live.port },
    { query: create, variables: { path } },
    { authorization: owner.bearer },
  );
async function tokenOf(path: string): Promise<string> {
  const { url } = JSON.parse((await make(path)).body).data.createShare;
  return new URL(url, 'http://here').searchParams.get('share') ?? '';
}
const token = await tokenOf('/twitch/Shown_Chat?range=7d');
const asked = async (query: string) => {
  const answer = await ask(server, { query }, { authorization: `Bearer ${token}` });
  expect(answer.body).not.toMatch(/secret_/);
  return answer;
};
const dataOf = ({ body }: { readonly body: string }) => JSON.parse(body).data;

describe('a share of a channel opens', () => {
  test('its figures, the live broadcast, and the messages', async () => {
    const query = `{ channel(login: "shown_chat") { login displayName live { title } collecting
      broadcasts { title } moments { start } chat { messages chatters } viewers(interval: HOUR, timeZone: "UTC") { points { start } }
      events { nodes { kind } } freshness { version } posts { nodes { text badges author { handle } } }
      stats(timeZone: "UTC") { totals { posts authors } } } }`;
    const { channel } = dataOf(await asked(query));
    expect(channel).toMatchObject({
      login: 'shown_chat',
      live: null,
      collecting: false,
      chat: { messages: 1, chatters: 1 },
      posts: { nodes: [{ text: 'hello of shown_chat', author: { handle: 'ann' } }] },
      stats: { totals: { posts: 1, authors: 1 } },
    });
  });

  test('no other channel: it is as if nothing had been collected', async () => {
    expect(dataOf(await asked('{ channel(login: "secret_chat") { login } }'))).toEqual({ channel: null });
  });

  test('its messages as they arrive', async () => {
    const client = createClient({
      url: live.ws,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    onTestFinished(() => void client.dispose());
    const heard: unknown[] = [];
    client.subscribe(
      { query: `subscription { newPosts(id: "${idOf(shown.streamId)}") { text } }` },
      {
        next: ({ data }) => void heard.push(data),
        error: (error) => void heard.push(error),
        complete: () => {},
      },
    );
    await expect.poll(() => live.changes.count(), { timeout: patienceMs }).toBe(1);
    await hidden.says(101, 'not for those');
    await shown.says(2, 'hello again');
    await expect.poll(() => heard, { timeout: patienceMs }).toEqual([{ newPosts: { text: 'hello again' } }]);
  });
});

describe('a share of a channel is refused', () => {
  test.each([
    ['jobs of it', '{ channel(login: "shown_chat") { jobs { nodes { subject } } } }'],
    [
      'who also writes elsewhere',
      '{ channel(login: "shown_chat") { overlap(with: "the_other") { share } } }',
    ],
    ['to collect', 'mutation { collectChat(login: "shown_chat") { id } }'],
    ['to delete it', `mutation { deleteStream(id: "${idOf(shown.streamId)}") }`],
    ['it by its id', `{ node(id: "${idOf(shown.streamId)}") { id } }`],
    ['an export of it', `mutation { exportStream(stream: "${idOf(shown.streamId)}", format: CSV) { id } }`],
  ])('%s', async (_name, query) => {
    expect(errorOf(await asked(query))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test.each([
  ['/twitch/nobody_at_all', 'NOT_FOUND'],
  ['/twitch/no%20login', 'BAD_INPUT'],
  ['/embed/twitch/nobody_at_all?card=moments', 'NOT_FOUND'],
])('no link is made to %s: %s', async (path, code) => {
  expect(errorOf(await make(path)).code).toBe(code);
});
