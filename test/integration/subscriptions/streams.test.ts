import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { ofStream } from '../../../src/graphql/changes.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, followWs, globalId, type Live, serveLive, untilListening } from './support.ts';

const statements: string[] = [];
const db = await openStore({ onStatement: (statement) => statements.push(statement) });
const live = await serveLive(db);
beforeEach(() => untilListening(live, 0));

type Updated = {
  readonly streamUpdated: {
    readonly freshness: { readonly version: number };
    readonly stats: { readonly totals: { readonly posts: number } };
  };
};
type Arrived = { readonly newPosts: { readonly text: string; readonly author: { readonly handle: string } } };

const updated = `subscription ($id: ID!) {
  streamUpdated(id: $id) { freshness { version } stats { totals { posts } } }
}`;
const arriving = 'subscription ($id: ID!) { newPosts(id: $id) { text author { handle } } }';
const accountId = (streamId: number) => globalId('Account', streamId);
const texts = (events: readonly Arrived[]) => events.map((event) => event.newPosts.text);

async function aStream(posts = 1) {
  const account = anAccount();
  const given = Array.from({ length: posts }, () => aPost(account));
  return { account, ...(await savePosts(db, account, given)) };
}

/** Resolves when the subscription listens. One after the other: two that begin at once cannot be distinguished. */
async function newPosts(on: Live, streamId: number, followBy = followSse) {
  const before = on.changes.count();
  const heard = followBy<Arrived>(on, { query: arriving, variables: { id: accountId(streamId) } });
  await untilListening(on, before + 1);
  return heard;
}

test.each([
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
])('a stream is sent at once over %s, then with stats that include the new posts', async (_, followBy) => {
  const { account, streamId } = await aStream(2);
  const heard = followBy<Updated>(live, { query: updated, variables: { id: accountId(streamId) } });
  await heard.until((events) => events.length === 1);
  await savePosts(db, account, [aPost(account), aPost(account)]);
  await heard.until((events) => events.length === 2);
  await savePosts(db, account, [aPost(account)]);
  await heard.until((events) => events.length === 3);
  await rebuildStream(db.sql, streamId, () => null);
  // A batch of a rebuild raises the version, and so does its end; one event may report both.
  await heard.until((events) => events.at(-1)?.streamUpdated.freshness.version === 5);
  const figures = ({ streamUpdated: { freshness, stats } }: Updated) => [
    freshness.version,
    stats.totals.posts,
  ];
  expect(heard.events.slice(0, 3).map(figures)).toEqual([
    [1, 2],
    [2, 4],
    [3, 5],
  ]);
  expect(heard.events.slice(3).map(figures).at(-1)).toEqual([5, 5]);
  await deleteStreamRows(db.sql, streamId);
  await heard.untilCompleted();
  expect(heard.errors).toEqual([]);
  await untilListening(live, 0);
});

test('many changes in a row are a few events, the last of them the newest', async () => {
  const { account, streamId } = await aStream();
  const heard = followSse<Updated>(live, { query: updated, variables: { id: accountId(streamId) } });
  await heard.until((events) => events.length === 1);
  const begun = performance.now();
  for (let at = 0; at < 30; at++) await savePosts(db, account, [aPost(account)]);
  await heard.until((events) => events.at(-1)?.streamUpdated.stats.totals.posts === 31);
  const halfSeconds = (performance.now() - begun) / 500;
  expect(heard.events.length).toBeLessThanOrEqual(halfSeconds + 2);
  heard.stop();
});

test.each([
  ['subscription { streamUpdated(id: "QWNjb3VudDo5OTk=") { id } }', 'NOT_FOUND'],
  ['subscription { newPosts(id: "QWNjb3VudDo5OTk=") { id } }', 'NOT_FOUND'],
  ['subscription { newPosts(id: "Sm9iOjE=") { id } }', 'BAD_INPUT'],
])('%s is %s', async (query, code) => {
  const heard = followSse(live, { query });
  await heard.untilCompleted();
  expect(heard.errors).toEqual([expect.objectContaining({ extensions: { code } })]);
});

test.each([
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
])('each new post is sent once over %s, in the order of arrival', async (_, followBy) => {
  const { account, streamId } = await aStream(3);
  const heard = await newPosts(live, streamId, followBy);
  const hour = 3_600_000;
  await savePosts(db, account, [
    aPost(account, { platformId: '12', text: 'second', createdAt: 2 * hour }),
    aPost(account, { platformId: '11', text: 'first', createdAt: hour }),
  ]);
  // An older post that arrives later, and a known one.
  await savePosts(db, account, [
    aPost(account, { platformId: '10', text: 'third', createdAt: 0 }),
    aPost(account, { platformId: '12', text: 'second', createdAt: 2 * hour }),
  ]);
  // A changed figure does not make a post new.
  const metrics = { likes: 5, reposts: 0, replies: 0, quotes: 0, bookmarks: 0, impressions: null };
  await savePosts(db, account, [
    aPost(account, { platformId: '11', text: 'first', createdAt: hour, metrics, observedAt: Date.now() }),
  ]);
  await savePosts(db, account, [aPost(account, { text: 'fourth' })]);
  await heard.until((events) => texts(events).includes('fourth'));
  await sleep(250);
  expect(texts(heard.events)).toEqual(['first', 'second', 'third', 'fourth']);
  await deleteStreamRows(db.sql, streamId);
  await heard.untilCompleted();
  expect(heard.errors).toEqual([]);
});

test('posts that several processes write at once reach every subscriber once', async () => {
  const { account, streamId } = await aStream();
  const heard = [await newPosts(live, streamId), await newPosts(live, streamId, followWs)];
  const batches = Array.from({ length: 30 }, () => [aPost(account), aPost(account)]);
  const writers = [0, 1, 2].map(async (writer) => {
    for (const [at, batch] of batches.entries()) {
      if (at % 3 === writer) await savePosts(db, account, batch);
    }
  });
  await Promise.all(writers);
  const expected = batches.flat().map((post) => post.text);
  for (const one of heard) {
    await one.until((events) => events.length >= expected.length);
    await sleep(150);
    expect(texts(one.events).sort()).toEqual([...expected].sort());
    one.stop();
  }
});

test('of more than 200 posts at once the newest 200 are sent', async () => {
  const { account, streamId } = await aStream();
  const heard = await newPosts(live, streamId);
  const many = Array.from({ length: 350 }, (_, at) =>
    aPost(account, { text: `${at}`, createdAt: at * 1_000 }),
  );
  await savePosts(db, account, many);
  await savePosts(db, account, [aPost(account, { text: 'after it' })]);
  await heard.until((events) => texts(events).at(-1) === 'after it');
  const came = texts(heard.events);
  expect(came.length).toBeGreaterThanOrEqual(200);
  expect(came.length).toBeLessThanOrEqual(201);
  expect(came.slice(0, -1)).toEqual(many.slice(-(came.length - 1)).map((post) => post.text));
  heard.stop();
});

test('two hundred posts at once take as many statements as two', async () => {
  const { account, streamId } = await aStream();
  const heard = await newPosts(live, streamId);
  const counted = async (posts: number): Promise<number> => {
    const expected = heard.events.length + posts;
    statements.length = 0;
    await savePosts(
      db,
      account,
      Array.from({ length: posts }, () => aPost(account)),
    );
    await heard.until((events) => events.length === expected);
    // A read that finds nothing new may happen at any time, because of a late notification of an earlier change.
    return statements.filter((statement) => !isLook(statement)).length;
  };
  const few = await counted(2);
  expect(few).toBeGreaterThan(0);
  expect(await counted(200)).toBe(few);
  heard.stop();
});

/** The statement that reads which posts arrived last; the same for any number of posts. */
const isLook = (statement: string): boolean => statement.includes('as arrived');

test.each([
  ['server-sent events', followSse],
  ['WebSockets', followWs],
])('a hundred subscribers over %s read the store once for a change', async (_, followBy) => {
  const { account, streamId } = await aStream();
  // Notifications are sent in the order of the changes: when this one has arrived, that of the stream's creation has,
  // too.
  const told = await live.changes.subscribe(ofStream(streamId));
  await savePosts(db, account, [aPost(account)]);
  await told.next();
  await told.return();
  const all = Array.from({ length: 100 }, () =>
    followBy<Updated>(live, { query: updated, variables: { id: accountId(streamId) } }),
  );
  for (const heard of all) await heard.until((events) => events.length === 1);
  // After the pause that follows the first event.
  await sleep(600);
  statements.length = 0;
  await savePosts(db, account, [aPost(account)]);
  for (const heard of all) await heard.until((events) => events.length === 2);
  expect(statements.length).toBeLessThan(15);
  for (const { events } of all) expect(events.map(versionOf)).toEqual([2, 3]);
  for (const heard of all) heard.stop();
});

const versionOf = ({ streamUpdated }: Updated) => streamUpdated.freshness.version;

test('posts by others are not sent until they turn out to be own posts', async () => {
  const { account, streamId } = await aStream();
  const arrived = await newPosts(live, streamId);
  const reply = aPost(account, { text: 'a reply', own: false });
  await savePosts(db, account, [reply, aPost(account, { text: 'an own one' })]);
  await arrived.until((events) => events.length === 1);
  await savePosts(db, account, [{ ...reply, own: true, observedAt: reply.observedAt + 1 }]);
  await arrived.until((events) => events.length === 2);
  expect(texts(arrived.events)).toEqual(['an own one', 'a reply']);
});
