import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readChat } from '../../../src/providers/twitch/read-chat.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, observed } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const start = Date.UTC(2026, 0, 1, 20);
const operation = (name: string) =>
  readFileSync(new URL(`../../../schema/operations/${name}.graphql`, import.meta.url), 'utf8');

/** Three hours of a chat with a message every ten seconds, and a minute in which everybody writes. */
function linesOfAnEvening(): readonly string[] {
  const calm = Array.from({ length: 1_080 }, (_, at) => ({ at: 10_000 * at, text: `quiet words ${at % 7}` }));
  const burst = Array.from({ length: 240 }, (_, at) => ({
    at: 5_400_000 + 250 * at,
    text: 'what a goal Kappa',
  }));
  return [...calm, ...burst].map(({ at, text }, index) => {
    const id = `885196de-cb67-427a-baa8-82f9${String(index).padStart(8, '0')}`;
    const place = text.indexOf('Kappa');
    const emotes = place < 0 ? '' : `25:${place}-${place + 4}`;
    const who = `viewer${index % 40}`;
    return `@id=${id};user-id=${index % 40};room-id=5;emotes=${emotes};badges=subscriber/12;bits=${index === 0 ? 100 : ''};tmi-sent-ts=${start + at} :${who}!${who}@x PRIVMSG #forsen :${text}`;
  });
}

test('the named operations about a channel work for one that has a chat', async () => {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH', handle: 'forsen' }));
  const lines = linesOfAnEvening();
  await ingest(db.sql, {
    streamId,
    platform: 'TWITCH',
    provider: 'TWITCH_IRC',
    pages: [
      {
        account: null,
        posts: lines.flatMap((line) => readChat(line, { at: start, observedAt: observed })?.post ?? []),
        rejected: [],
        cursor: '',
        total: null,
      },
    ],
    read: (post) => post,
    now: () => observed,
  });

  const overview = await ask(app, operation('channel'), { login: '#Forsen', timeZone: 'UTC' });
  expect(overview.errors).toBeUndefined();
  expect(overview.data.channel).toMatchObject({
    login: 'forsen',
    stats: {
      totals: { posts: lines.length, authors: 40, bits: 100, emotes: 240 },
      topTerms: [{ term: 'Kappa', count: 240 }],
    },
  });
  expect(overview.data.channel.posts.nodes).toHaveLength(5);

  const moments = await ask(app, operation('moments'), { login: 'forsen' });
  expect(moments.errors).toBeUndefined();
  const [moment] = moments.data.channel.moments;
  expect(Date.parse(moment.peakAt) - start).toBeGreaterThanOrEqual(5_400_000);
  expect(Date.parse(moment.peakAt) - start).toBeLessThan(5_460_000);
  expect(moment.emotes[0].term).toBe('Kappa');
});

test('the named operations about its chatters work, too', async () => {
  const chat = await ask(app, operation('chat'), { login: 'forsen' });
  expect(chat.errors).toBeUndefined();
  expect(chat.data.channel.chat).toMatchObject({
    messages: 1_320,
    chatters: 40,
    arrivals: { newChatters: 40, returningChatters: 0 },
    leftOut: [],
  });
  const chatter = await ask(app, operation('chatter'), { login: 'forsen', name: 'viewer7' });
  expect(chatter.errors).toBeUndefined();
  expect(chatter.data.channel.chatter).toMatchObject({ messageCount: 33, names: ['viewer7'] });
  const overlap = await ask(app, operation('chat-overlap'), { login: 'forsen', with: 'forsen' });
  expect(overlap.errors).toBeUndefined();
  expect(overlap.data.channel.overlap).toEqual({ chatters: 40, others: 40, shared: 40, share: 1 });
});

test('a channel that was not collected is null', async () => {
  const { data, errors } = await ask(app, operation('channel'), { login: 'nobody', timeZone: 'UTC' });
  expect(errors).toBeUndefined();
  expect(data.channel).toBeNull();
});

test('messages are filtered by the names of their authors, together with the rest of the filter', async () => {
  const document = `query ($filter: PostFilter) {
    channel(login: "forsen") { posts(first: 100, filter: $filter) { totalCount nodes { text author { handle } } } } }`;
  const list = async (filter: object) => (await ask(app, document, { filter })).data.channel.posts;
  const own = linesOfAnEvening().filter((line) => /:viewer(3|17)!/.test(line));
  const found = await list({ authors: ['VIEWER3', '@viewer17', 'nobody'] });
  expect(found.totalCount).toBe(own.length);
  expect(new Set(found.nodes.map(({ author }: { author: { handle: string } }) => author.handle))).toEqual(
    new Set(['viewer3', 'viewer17']),
  );
  const goals = own.filter((line) => line.includes('goal'));
  expect((await list({ authors: ['viewer3', 'viewer17'], search: 'goal' })).totalCount).toBe(goals.length);
  expect((await list({ authors: ['viewer3'], kinds: ['REPLY'] })).totalCount).toBe(0);
  expect((await list({ authors: ['nobody'] })).totalCount).toBe(0);
});
