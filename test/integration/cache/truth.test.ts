import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { localCaller } from '../../../src/access/caller.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { schema } from '../../../src/schema.ts';
import { must } from '../../../src/shared/errors.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { describeAccount } from '../../../src/streams/describe.ts';
import { noteFetched } from '../../../src/streams/fetched.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { track } from '../../../src/streams/track.ts';
import { untrack } from '../../../src/streams/untrack.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { afterwards } from '../../support/afterwards.ts';
import { testNow } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { tabs } from '../../support/tabs.ts';
import { quiet } from '../../support/worker.ts';
import { ask, serve } from '../http/support.ts';
import { howOf } from './support.ts';

// After any change, and for any query, an answer that may come from the cache equals one without it.

const store = await openStore();
const versions = await openVersions(store);
afterwards(() => versions.close());

let now = testNow.getTime();
const cache = createAnswerCache({ versions, maxBytes: 50_000_000, ttlMs: 900_000, now: () => now });
const app = createApp({
  db: store,
  log: quiet,
  services: {
    refreshing: { afterMs: 900_000, refresh: () => {} },
  } as unknown as Services, // safe: what asks for others is left out
  now: () => new Date(now),
  caller: localCaller,
});
const [cached, plain] = [await serve(app, { cache }), await serve(app)];

const account = anAccount({ handle: 'lark', description: 'Sings', followers: 10 });
const hashtags = ['dawn'];
const post = aPost(account, { createdAt: now - 86_400_000, hashtags, words: ['sings'] });
const { streamId } = await savePosts(store, account, [post]);
const globalId = Buffer.from(`Account:${streamId}`).toString('base64');

/** Every example operation that only reads, and the fields that these leave out. */
const questions = [
  ...tabs
    .filter(({ text }) => getOperationAST(parse(text))?.operation === 'query')
    .filter(({ text }) => !/fetchQuote|jobs/.test(text))
    .map(({ text, variables }) => ({
      query: text,
      variables: { ...variables, ...('handle' in variables && { handle: 'lark' }) },
    })),
  ...[
    '{ streams { totalCount nodes { id title freshness { stale fetchedAt version coverage } tracking { every nextAt } } } }',
    '{ streams(orderBy: UPDATED) { nodes { title } } }',
    '{ streams(search: "lark") { nodes { title } } }',
    '{ accounts(handles: ["lark", "nobody"]) { handle displayName followers verified } }',
    '{ account(handle: "lark_now") { handle description } }',
    '{ topic(query: "larks") { title freshness { version } } }',
    '{ channel(login: "lark") { login title followers freshness { version } stats { totals { posts bits emotes } series(metric: EMOTES, interval: MINUTE) { values } } moments { messages } viewers { starts values } } }',
    '{ channel(login: "lark") { events { totalCount nodes { kind at handle } } eventCounts { kind count } stats { topTerms(kind: EMOTE) { emote { imageUrl } } } } }',
    `{ channel(login: "lark") { chat { messages chatters leftOut { posts } questions { share } duplicates { messages }
      arrivals { newChatters } retention { chatters kept } }
      chatter(login: "lark") { messageCount names messages { nodes { text } } } overlap(with: "lark_too") { shared } } }`,
    `{ node(id: "${globalId}") { ... on Account { handle tracking { every } } } }`,
    `{ nodes(ids: ["${globalId}"]) { id } }`,
    `{ post(platformId: "${post.platformId}") { text metrics { likes } author { displayName } stream { title } } }`,
    '{ posts { totalCount nodes { text metrics { likes } history { likes } parent { text } depth } } }',
    `{ conversation(postId: "${Buffer.from(`Post:${streamId}:X:${post.platformId}`).toString('base64')}") { id size maxDepth
      participants engagement depths { posts } virality responseTimes { first } posts { totalCount nodes { text depth } }
      longestChain { participants posts { text } } } }`,
    '{ conversationDepths { conversations posts } viralChains(minDepth: 1, minEngagement: 0) { depth posts { text } } }',
    '{ account(handle: "lark") { conversations { totalCount nodes { size root { text } } } } }',
    '{ topHashtags { posts authors hashtag { tag posts } } }',
    '{ hashtags(search: "da") { tag posts } authors(search: "la") { handle displayName } }',
    '{ topAuthors { posts author { handle displayName } } }',
    `{ node(id: "${Buffer.from(`Author:X:${account.platformId}`).toString('base64')}") { ... on Author { handle displayName } } }`,
    `{ node(id: "${Buffer.from('Hashtag:dawn').toString('base64')}") { ... on Hashtag { tag posts } } }`,
    `{ account(handle: "lark") { posts(orderBy: LIKES) { totalCount nodes { id } } stats(timeZone: "Asia/Tokyo") {
      followers { values } streaks { current { days } } providers { posts } topAuthors { posts } topTerms(kind: WORD) { count }
      previous { totals { posts } } } } }`,
    `{ account(handle: "lark") { stats(range: { from: "2026-06-14T11:30:00Z" }) { totals { posts } previous { totals { posts } } } } }`,
    '{ __schema { queryType { name } } __typename }',
  ].map((query) => ({ query, variables: {} })),
];

const later = (changes: object) => ({
  ...account,
  followers: null,
  observedAt: observed + 3_600_000,
  ...changes,
});
const tracking = () => ({ sql: store.sql, now: new Date(now), requireProvider: () => {} });
let topicId = 0;
const topicSource = () => ({ streamId: topicId, platform: 'X', provider: 'X_API' }) as const;
const answer = { postId: post.platformId, authorId: account.platformId, handle: account.handle };
const replies = {
  account: null,
  posts: [aPost(anAccount(), { kind: 'REPLY', replyTo: answer, createdAt: now - 3_600_000 })],
  collectedAt: observed,
};
const pass = async (ms: number) => {
  now += ms;
};

const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['nothing', async () => {}],
  ['a post', () => savePosts(store, account, [aPost(account, { createdAt: now - 3_600_000, hashtags })])],
  [
    'a figure',
    () =>
      savePosts(store, account, [
        { ...post, metrics: { ...post.metrics, likes: 7 }, observedAt: observed + 7_200_000 },
      ]),
  ],
  [
    'a reading of followers',
    () =>
      noteFollowers(store.sql, streamId, [
        { observedAt: observed + 7_200_000, followers: 12, following: null, reportedPosts: 40 },
      ]),
  ],
  [
    'a profile',
    () => describeAccount(store.sql, streamId, later({ displayName: 'Lark', description: 'Sleeps' })),
  ],
  ['a schedule', () => track(tracking(), { streamId, everyMs: 3_600_000 })],
  ['a fetch that ended', () => noteFetched(store.sql, streamId)],
  ['no schedule', () => untrack(store, streamId)],
  [
    'another stream',
    async () => {
      topicId = await findOrCreateTopic(store.sql, 'larks');
    },
  ],
  ['a reply in another stream', () => writeBatch(store.sql, topicSource(), { ...replies, read: asGiven })],
  [
    'another handle',
    () => describeAccount(store.sql, streamId, later({ handle: 'lark_now', observedAt: observed + 9e6 })),
  ],
  ['ten minutes', () => pass(600_000)],
  ['an hour', () => pass(3_600_000)],
  ['a day', () => pass(86_400_000)],
  [
    'a channel, and a message in it',
    async () => {
      const message = aPost(account, {
        platformId: '885196de-cb67-427a-baa8-82f9b0fcd05f',
        createdAt: now - 1000,
      });
      await savePosts(store, anAccount({ platform: 'TWITCH', handle: 'lark' }), [message]);
    },
  ],
  ['a stream less', () => deleteStreamRows(store.sql, topicId)],
  ['no stream', () => deleteStreamRows(store.sql, streamId)],
];

test.each(changes)('every answer is right after a change: %s', async (_what, change) => {
  // Cached before the change, if it may be cached.
  for (const question of questions) await ask(cached, question);
  await change();
  for (const question of questions) {
    const [given, right] = [await ask(cached, question), await ask(plain, question)];
    const withoutTime = (body: string) => body.replace(/"computedAt":"[^"]*"/g, '');
    expect(withoutTime(given.body), question.query).toBe(withoutTime(right.body));
  }
});

test('most of them are cached', async () => {
  let hits = 0;
  for (const question of questions) {
    await ask(cached, question);
    if (howOf(await ask(cached, question)) === 'hit') hits += 1;
  }
  expect(hits).toBeGreaterThan(questions.length * 0.9);
});

test('each field of Query records what it reads, or prevents caching of its answer', () => {
  const fields = Object.values(must(schema.getQueryType(), 'there are queries').getFields());
  const unkept = fields.filter(({ extensions }) => extensions.recordsReads !== true).map(({ name }) => name);
  // A new field that is listed here is never cached; one that records its reads belongs among the queries above.
  expect(unkept.sort()).toEqual([
    'alert',
    'alerts',
    'fetchQuote',
    'job',
    'jobs',
    'keys',
    'optOuts',
    'shares',
    'system',
    'trendingStatus',
  ]);
  const asked = questions.map(({ query }) => query).join('\n');
  const kept = fields.filter(({ name }) => !unkept.includes(name));
  for (const { name } of kept) expect(asked).toMatch(new RegExp(`\\b${name}\\b`));
});
