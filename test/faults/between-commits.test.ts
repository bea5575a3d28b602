import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { distributeStore } from '../../src/db/distribute.ts';
import { migrate } from '../../src/db/migrate.ts';
import { must } from '../../src/shared/errors.ts';
import type { EnrichedPost } from '../../src/shared/post.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { afterwards } from '../support/afterwards.ts';
import { commitHalf, crash, holdCommits, startCitusNodes, untilHeld } from '../support/citus-nodes.ts';
import { differencesOf } from '../support/differences.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../support/posts.ts';
import { howOf, serveCached } from '../integration/cache/support.ts';
import { ask } from '../integration/http/support.ts';
import { followSse, globalId, serveLive, untilListening } from '../integration/subscriptions/support.ts';

const cluster = process.env.CITUS_URL ?? '';
const nodes = cluster === '' ? null : await startCitusNodes(cluster, { recovers: false });
if (nodes !== null) {
  await migrate(nodes.url);
  await distributeStore(nodes.url, { shards: 2 });
}

/** A process on the store, and the statements of its queries. */
function open(): {
  readonly db: Database & { readonly url: string };
  readonly statements: readonly string[];
} {
  const { url } = must(nodes, 'tests without a cluster are skipped');
  const statements: string[] = [];
  const onStatement = (statement: string) => statements.push(statement);
  const db = openDatabase(url, { poolSize: 4, twoPhases: true, onStatement });
  afterwards(() => db.close());
  return { db: { ...db, url }, statements };
}

/** An account with a post, and a function that writes to it. */
async function aStream() {
  const { db } = open();
  const account = anAccount();
  const streamId = await findOrCreateAccount(db.sql, account);
  const source = { streamId, platform: 'X', provider: 'X_API' } as const;
  const write = (posts: readonly EnrichedPost[]) =>
    writeBatch(db.sql, source, { account, posts, read: asGiven, collectedAt: observed });
  await write([aPost(account)]);
  return { db, account, id: globalId('Account', streamId), streamId, write };
}

/** Asks another process, with a cache, for the account's version and number of posts. */
async function openLook(account: ReturnType<typeof anAccount>) {
  const { db, statements } = open();
  const served = await serveCached(db);
  const query = `{ account(handle: "${account.handle}") { freshness { version } stats { totals { posts } } } }`;
  const look = async () => {
    const answer = await ask(served, { query });
    const { freshness, stats } = JSON.parse(answer.body).data.account;
    return { version: freshness.version, posts: stats.totals.posts, how: howOf(answer) };
  };
  /** Resolves when the process has compared its versions with the store twice more. */
  const untilCompared = async () => {
    const times = () => statements.filter((text) => text.includes('from registry)')).length;
    const before = times();
    await expect.poll(times).toBeGreaterThan(before + 1);
  };
  return { look, untilCompared };
}

const half = (write: () => Promise<unknown>) =>
  commitHalf(must(nodes, 'tests without a cluster are skipped'), write);

describe.skipIf(nodes === null)('between the commits of the coordinator and of the workers', () => {
  test('an answer shows the old posts, and is not cached', async () => {
    const { account, write } = await aStream();
    const { look } = await openLook(account);
    const finish = await half(() => write([aPost(account)]));
    // The first statement reads a newer version; the ones after it run when that version is known.
    for (let n = 0; n < 3; n++) expect(await look()).toEqual({ version: 2, posts: 1, how: 'miss' });
    await finish();
    await expect.poll(look).toEqual({ version: 2, posts: 2, how: 'hit' });
  });

  test('another transaction of the stream waits, and finds what the first one wrote', async () => {
    const { db, account, write } = await aStream();
    const posts = [aPost(account), aPost(account)];
    const finish = await half(() => write(posts.slice(0, 1)));
    const second = write(posts);
    await expect
      .poll(() => db.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`)
      .toHaveLength(1);
    await finish();
    expect(await second).toMatchObject({ inserted: 1, updated: 0 });
    expect(await differencesOf(db)).toEqual([]);
  });

  test('a subscriber misses no post, and gets the stats again', async () => {
    const { account, id, streamId, write } = await aStream();
    const { db: reader, statements } = open();
    const live = await serveLive(reader);
    const variables = { id };
    const updated = followSse<{ streamUpdated: { stats: { totals: { posts: number } } } }>(live, {
      query: 'subscription ($id: ID!) { streamUpdated(id: $id) { stats { totals { posts } } } }',
      variables,
    });
    await untilListening(live, 1);
    const arrived = followSse<{ newPosts: { text: string } }>(live, {
      query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
      variables,
    });
    await untilListening(live, 2);
    await updated.until((events) => events.length === 1);
    const post = aPost(account, { text: 'only half of it is committed' });
    const finish = await half(() => write([post]));
    // As a notification of another change would do.
    const looks = () => statements.filter((text) => text.includes('from posts p'));
    const before = looks().length;
    reader.changeFeed.notifyLocal([{ stream: streamId, version: 2 }]);
    await expect.poll(() => looks().length).toBeGreaterThan(before);
    await updated.until((events) => events.length === 2);
    await finish();
    await arrived.until((events) => events.length === 1);
    expect(arrived.events).toEqual([{ newPosts: { text: post.text } }]);
    await updated.until((events) => events.at(-1)?.streamUpdated.stats.totals.posts === 2);
  });

  test('when a worker dies there, its posts are shown and sent once Citus has finished the commit', async () => {
    const { coordinator, worker } = must(nodes, 'tests without a cluster are skipped');
    const { account, id, write } = await aStream();
    const { look, untilCompared } = await openLook(account);
    const live = await serveLive(open().db);
    const arrived = followSse<{ newPosts: { text: string } }>(live, {
      query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
      variables: { id },
    });
    await untilListening(live, 1);
    const post = aPost(account, { text: 'its worker died' });
    const release = await holdCommits(coordinator);
    const written = write([post]);
    await untilHeld(coordinator, '^commit');
    await crash(worker);
    await release();
    expect(await written).toMatchObject({ inserted: 1 });
    // The worker has the old posts, and its commit was announced.
    await expect.poll(() => look().catch(String)).toEqual({ version: 2, posts: 1, how: 'hit' });
    await untilCompared();
    expect(await worker`select from pg_prepared_xacts`).toHaveLength(1);
    expect(await look()).toMatchObject({ version: 2, posts: 1 });
    // A session whose connections to the worker are lost notices it at its next statement.
    const recover = () => coordinator`select recover_prepared_transactions()`;
    await expect.poll(() => recover().then(() => 'finished', String)).toBe('finished');
    await expect.poll(look).toMatchObject({ posts: 2, how: 'hit' });
    await arrived.until((events) => events.length === 1);
    expect(arrived.events).toEqual([{ newPosts: { text: post.text } }]);
  });

  // The last one: the connections of all tests before are lost.
  test('when the coordinator dies there, an answer is not kept until Citus has finished the commit', async () => {
    const { coordinator } = must(nodes, 'tests without a cluster are skipped');
    const { account, write } = await aStream();
    const { look, untilCompared } = await openLook(account);
    const release = await holdCommits(coordinator);
    const written = write([aPost(account)]).then(
      () => 'committed',
      () => 'lost',
    );
    await untilHeld(coordinator, '^commit');
    const [waiting] = await coordinator<{ pid: number }[]>`
      select pid from pg_stat_activity where query ~* '^commit' and wait_event = 'SyncRep'`;
    process.kill(must(waiting, 'it waits').pid, 'SIGKILL');
    expect(await written).toBe('lost');
    await expect.poll(() => release().then(() => 'released', String)).toBe('released');
    const asBefore = { version: 2, posts: 1, how: 'miss' };
    await expect.poll(look).toEqual(asBefore);
    await untilCompared();
    for (let n = 0; n < 3; n++) expect(await look()).toEqual(asBefore);
    await coordinator`select recover_prepared_transactions()`;
    await expect.poll(look).toEqual({ version: 2, posts: 2, how: 'hit' });
  });
});
