import { expect, test } from 'vitest';
import { finishJob, startJob } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { type AccountProfile, unknownMetrics } from '../../../src/shared/post.ts';
import { findOrCreateAccount, findOrCreateTopic, reserveAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { describeAccount } from '../../../src/streams/describe.ts';
import { noteFetched } from '../../../src/streams/fetched.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { rememberCovered, rememberReplies } from '../../../src/streams/remember.ts';
import { takeDue } from '../../../src/streams/take-due.ts';
import { track } from '../../../src/streams/track.ts';
import { untrack } from '../../../src/streams/untrack.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { shownOf, versionsOf } from '../../support/shown.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const hourMs = 3_600_000;

type Stream = {
  readonly account: AccountProfile;
  readonly streamId: number;
  readonly post: ReturnType<typeof aPost>;
};

/** An account with a post that has figures, a complete profile, and a reading of followers. */
async function aStream(): Promise<Stream> {
  const account = anAccount({ description: 'Sings', followers: 10, following: 5, reportedPosts: 7 });
  const metrics = { ...unknownMetrics, likes: 3 };
  const post = aPost(account, { createdAt: Date.UTC(2025, 11, 31), metrics, raw: '{}' });
  const { streamId } = await savePosts(db, account, [post]);
  return { account, streamId, post };
}

const later = (account: AccountProfile, changes: Partial<AccountProfile> = {}): AccountProfile => ({
  ...account,
  followers: null,
  following: null,
  observedAt: observed + hourMs,
  ...changes,
});
const tracking = (now = testNow) => ({ sql: db.sql, now, requireProvider: () => {} });
const every = (streamId: number, everyMs = hourMs) => ({ streamId, everyMs });
const source = (streamId: number) => ({ streamId, platform: 'X', provider: 'X_API' }) as const;

/** A page as a fetch writes it: with `account` null it says nothing about the profile. */
const page = (
  { streamId }: Stream,
  posts: ReturnType<typeof aPost>[],
  account: AccountProfile | null = null,
) => writeBatch(db.sql, source(streamId), { account, posts, read: asGiven, collectedAt: observed + hourMs });

type Case = readonly [
  what: string,
  change: (stream: Stream) => Promise<unknown>,
  prepare?: (stream: Stream) => Promise<unknown>,
];

const named = (cases: readonly Case[]) => cases.map(([what, change, prepare]) => ({ what, change, prepare }));

const shown: readonly Case[] = [
  ['a new post', (stream) => page(stream, [aPost(stream.account)])],
  ['another figure', (stream) => page(stream, [liked(stream, 4)])],
  ['a post that was deleted', ({ streamId, post }) => removed(streamId, [post.platformId])],
  ['a new post with another profile', (stream) => page(stream, [aPost(stream.account)], renamed(stream))],
  ['another profile on a page without news', (stream) => page(stream, [stream.post], described(stream))],
  ['another handle on a page without news', (stream) => page(stream, [stream.post], renamed(stream))],
  ['a reading of followers on a page without news', (stream) => page(stream, [], counted(stream))],
  ["an author's new name on a post without news", (stream) => page(stream, [byAnotherName(stream)])],
  ['another description', (stream) => describeAccount(db.sql, stream.streamId, described(stream))],
  ['a mark of verification', ({ streamId, account }) => verify(streamId, account)],
  ['another handle', (stream) => describeAccount(db.sql, stream.streamId, renamed(stream))],
  ['a reading of followers', ({ streamId }) => noteFollowers(db.sql, streamId, [reading(2, 12)])],
  ['a fetch that ended', ({ streamId }) => noteFetched(db.sql, streamId)],
  ['a job that ended', ({ streamId }) => endJob(streamId)],
  ['a schedule', ({ streamId }) => track(tracking(), every(streamId))],
  [
    'another schedule',
    ({ streamId }) => track(tracking(), every(streamId, hourMs / 2)),
    ({ streamId }) => track(tracking(), every(streamId)),
  ],
  [
    'the end of a schedule',
    ({ streamId }) => untrack(db, streamId),
    ({ streamId }) => track(tracking(), every(streamId)),
  ],
  [
    'the next due time',
    () => db.sql.begin((tx) => takeDue(tx, testNow.getTime() + 2 * hourMs)),
    ({ streamId }) => track(tracking(), every(streamId)),
  ],
];

const hidden: readonly Case[] = [
  ['the same page again', (stream) => page(stream, [stream.post], stream.account)],
  ['a page without anything', (stream) => page(stream, [])],
  ['a post that was seen again as it stands', (stream) => page(stream, [{ ...stream.post, ...seenLater }])],
  ['an older name of an author', (stream) => page(stream, [byAnOlderName(stream)])],
  ['a post that it does not have is deleted', ({ streamId }) => removed(streamId, ['404'])],
  ['the same profile again', ({ streamId, account }) => describeAccount(db.sql, streamId, account)],
  ['the same profile later', (stream) => describeAccount(db.sql, stream.streamId, later(stream.account))],
  ['an older profile', ({ streamId, account }) => describeAccount(db.sql, streamId, before(account))],
  ['a reading that is there', ({ streamId }) => noteFollowers(db.sql, streamId, [reading(0, 99)])],
  ['an id that is known', ({ account }) => findOrCreateAccount(db.sql, account)],
  ['what was fetched', ({ streamId }) => remember(streamId)],
  ['no schedule that ends', ({ streamId }) => untrack(db, streamId)],
  [
    'the same schedule again',
    ({ streamId }) => track(tracking(), every(streamId)),
    ({ streamId }) => track(tracking(), every(streamId)),
  ],
  [
    'a due time that has not come',
    () => db.sql.begin((tx) => takeDue(tx, testNow.getTime())),
    ({ streamId }) => track(tracking(), every(streamId)),
  ],
];

const seenLater = { observedAt: observed + hourMs };
const liked = ({ post }: Stream, likes: number) => ({
  ...post,
  ...seenLater,
  metrics: { ...unknownMetrics, likes },
});
const described = ({ account }: Stream) => later(account, { description: 'Sings no more' });
const renamed = ({ account }: Stream) => later(account, { handle: `${account.handle}_now` });
const counted = ({ account }: Stream) => later(account, { followers: 12, following: 5 });
const before = (account: AccountProfile) => ({
  ...account,
  description: 'Learns to sing',
  followers: null,
  following: null,
  observedAt: observed - hourMs,
});
const byName = ({ post }: Stream, displayName: string, observedAt: number) => ({
  ...post,
  author: { ...post.author, displayName },
  observedAt,
});
const byAnotherName = (stream: Stream) => byName(stream, 'Somebody else', observed + hourMs);
const byAnOlderName = (stream: Stream) => byName(stream, 'Once', observed - hourMs);
const verify = (streamId: number, account: AccountProfile) =>
  describeAccount(db.sql, streamId, later(account, { verified: true }));
const reading = (hours: number, followers: number) => ({
  observedAt: observed + hours * hourMs,
  followers,
  following: null,
  reportedPosts: null,
});
const removed = (streamId: number, deleted: readonly string[]) =>
  writeBatch(db.sql, source(streamId), {
    account: null,
    posts: [],
    deleted,
    read: asGiven,
    collectedAt: observed,
  });

async function endJob(streamId: number): Promise<void> {
  const payload = { source: 'archive', path: '/x', handle: null, uploaded: false } as const;
  const job = must(await startJob(db.sql, await createJob(db.sql, 'X_ARCHIVE', payload)), 'it waits');
  await db.sql`update jobs set stream_id = ${streamId} where job_id = ${job.jobId}`;
  await finishJob(db.sql, job, 'Done');
}

async function remember(streamId: number): Promise<void> {
  await db.sql.begin(async (tx) => {
    await rememberCovered(tx, streamId, () => [['1', '2']]);
    await rememberReplies(tx, streamId, () => ({ '1': '2' }));
  });
}

test.each(named(shown))('$what is shown and raises the version once', async ({ change, prepare }) => {
  const stream = await aStream();
  await prepare?.(stream);
  const [state, versions] = [await shownOf(app, stream.streamId), await versionsOf(db, stream.streamId)];
  await change(stream);
  expect(await shownOf(app, stream.streamId)).not.toEqual(state);
  expect((await versionsOf(db, stream.streamId)).version).toBe((versions.version ?? 0) + 1);
});

test.each(named(hidden))('$what is not shown and raises nothing', async ({ change, prepare }) => {
  const stream = await aStream();
  await prepare?.(stream);
  const [state, versions] = [await shownOf(app, stream.streamId), await versionsOf(db, stream.streamId)];
  await change(stream);
  expect(await shownOf(app, stream.streamId)).toEqual(state);
  expect(await versionsOf(db, stream.streamId)).toEqual(versions);
});

const registered: readonly Case[] = [
  ['another handle', (stream) => describeAccount(db.sql, stream.streamId, renamed(stream))],
  ['another handle on a page', (stream) => page(stream, [], renamed(stream))],
  ['its deletion', ({ streamId }) => deleteStreamRows(db.sql, streamId)],
  ['a new topic', () => findOrCreateTopic(db.sql, `new ${crypto.randomUUID()}`)],
  ['a new account', () => findOrCreateAccount(db.sql, anAccount())],
  ['an account that comes with its first page', () => importFirstPage()],
  [
    'a handle that is told of it later than of another account',
    (stream) => describeAccount(db.sql, stream.streamId, later(stream.account)),
    ({ account }) => findOrCreateAccount(db.sql, anAccount({ handle: account.handle })),
  ],
];

test.each(named(registered))('$what raises the registry once', async ({ change, prepare }) => {
  const stream = await aStream();
  await prepare?.(stream);
  const { registry } = await versionsOf(db, stream.streamId);
  await change(stream);
  expect((await versionsOf(db, stream.streamId)).registry).toBe(registry + 1);
});

async function importFirstPage(): Promise<void> {
  const account = anAccount();
  const { streamId, make } = await reserveAccount(db.sql, account);
  const posts = [{ ...aPost(account), entities: null }];
  const pages = [{ account, posts, rejected: [], cursor: '', total: null }];
  await ingest(db.sql, { ...source(streamId), make, pages, read: (post) => post, now: () => observed });
}

test('a known author does not raise the registry', async () => {
  const { account, streamId } = await aStream();
  const topic = await findOrCreateTopic(db.sql, 'a known topic');
  const { registry } = await versionsOf(db, streamId);
  expect(await findOrCreateTopic(db.sql, 'A known topic')).toBe(topic);
  expect(await findOrCreateAccount(db.sql, account)).toBe(streamId);
  expect(await versionsOf(db, streamId)).toMatchObject({ registry });
});

test('a stream that saw an author last raises its version when another stream had another name for the author', async () => {
  const stream = await aStream();
  const other = await aStream();
  const seen = byName(stream, 'As others know them', observed + hourMs / 2);
  await page(other, [{ ...seen, own: false, platformId: '77' }]);
  const id = Buffer.from(`Author:X:${stream.account.platformId}`).toString('base64');
  const name = async () =>
    (await ask(app, `{ node(id: "${id}") { ... on Author { displayName } } }`)).data.node.displayName;
  expect(await name()).toBe('As others know them');
  const { version } = await versionsOf(db, stream.streamId);
  await page(stream, [{ ...stream.post, ...seenLater }]);
  expect(await name()).toBe(stream.account.displayName);
  expect((await versionsOf(db, stream.streamId)).version).toBe((version ?? 0) + 1);
});
