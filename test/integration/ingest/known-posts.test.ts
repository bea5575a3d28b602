import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { KnownChanges } from '../../../src/ingest/write/known-changes.ts';
import { deliver, expectDoubles, readStored, write } from '../../../src/ingest/write/batch.ts';
import { settlePosts } from '../../../src/ingest/write/known-posts.ts';
import { countOrphans } from '../../../src/ingest/write/misplaced.ts';
import { verifyStream } from '../../support/verify.ts';
import { removePosts } from '../../../src/ingest/write/remove.ts';
import { startTakingUp } from '../../../src/jobs/taking-up.ts';
import { NotFoundError } from '../../../src/shared/errors.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { lockStream } from '../../../src/streams/lock.ts';
import { mendOrphans } from '../../../src/streams/mend-known.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { writeBatch as writeBatchWith } from '../../../src/streams/write-batch.ts';
import { listVacant } from '../../../src/streams/take-up-vacant.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { clear, findWrong, holders, perform, someStep } from '../../support/shared-posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ poolSize: 12 });
const account = anAccount();

/** The differences, by the test's own check and by `larkstat verify`. */
async function allWrong(before?: ReadonlyMap<string, number>) {
  const wrong = [...(await findWrong(db, before))];
  for (const { stream_id } of await db.sql`select stream_id from streams`) {
    for (const { table } of await verifyStream(db.sql, stream_id)) wrong.push(`${stream_id}: ${table}`);
  }
  if ((await countOrphans(db.sql)) > 0) wrong.push('orphans');
  return wrong;
}

const writeTo = (streamId: number, posts: readonly EnrichedPost[], deleted: readonly string[] = []) =>
  writeBatch(
    db.sql,
    { streamId, platform: 'X', provider: 'X_API' },
    { account: null, posts, deleted, read: asGiven, collectedAt: observed },
  );

const stateOf = async (postId: string) =>
  db.sql`select stream_id as stream, stands from posts where post_id = ${key(postId)} order by 1`;
const key = (id: string) => `00000000-0000-0000-0000-${BigInt(id).toString(16).padStart(12, '0')}`;

test('each own post stands once after every step, by the row that came first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { minLength: 1, maxLength: 12 }), async (steps) => {
      await clear(db);
      for (const step of steps) {
        const before = await holders(db);
        await perform(db, step);
        expect(await allWrong(before)).toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});

test('many writers, deletions and rebuilds at once end in the same, and none waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(someStep, { minLength: 2, maxLength: 6 }), { minLength: 8, maxLength: 12 }),
      async (workers) => {
        await clear(db);
        await Promise.all(
          workers.map(async (steps) => {
            for (const step of steps) await perform(db, step).catch(butNotFound);
          }),
        );
        // A removal takes up the post afterwards, unless the stream was busy with another transaction just then.
        expect(await allWrong()).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});

/** A stream may be deleted between its creation and a step; another process may take over a rebuild. */
function butNotFound(error: Error): void {
  if (!(error instanceof NotFoundError) && error.name !== 'RebuildLostError') throw error;
}

describe('a post of two topics', () => {
  async function twoTopics() {
    await clear(db);
    const first = await findOrCreateTopic(db.sql, 'first');
    return [first, await findOrCreateTopic(db.sql, 'second')] as const;
  }

  test('stands in one of them when both write it at once', async () => {
    for (let round = 0; round < 20; round++) {
      const [first, second] = await twoTopics();
      const posts = Array.from({ length: 50 }, () => aPost(account, { hashtags: ['x'] }));
      await Promise.all([writeTo(first, posts), writeTo(second, [...posts].reverse())]);
      expect(await allWrong()).toEqual([]);
      const [counted] = await db.sql`select count(*)::int as terms from post_terms where stands`;
      expect(counted?.terms).toBe(50);
    }
  });

  test('is taken up by the other when it is deleted from the one, whatever was written in between', async () => {
    const [first, second] = await twoTopics();
    const post = aPost(account, { platformId: '77', hashtags: ['x'] });
    await writeTo(first, [post]);
    await writeTo(second, [post]);
    expect(await stateOf('77')).toEqual([
      { stream: first, stands: true },
      { stream: second, stands: false },
    ]);
    // The other stream adds a hashtag to its duplicate meanwhile: the new term is a duplicate, too.
    await writeTo(second, [{ ...post, hashtags: ['x', 'y'], observedAt: observed + 1_000 }]);
    expect(await allWrong()).toEqual([]);
    await writeTo(first, [], ['77']);
    expect(await stateOf('77')).toEqual([{ stream: second, stands: true }]);
    await writeTo(first, [post]);
    expect(await stateOf('77')).toEqual([
      { stream: first, stands: false },
      { stream: second, stands: true },
    ]);
    await deleteStreamRows(db.sql, second);
    expect(await stateOf('77')).toEqual([{ stream: first, stands: true }]);
    expect(await allWrong()).toEqual([]);
  });

  test('is taken up in the background when whoever removed it died before it could', async () => {
    const [first, second] = await twoTopics();
    const post = aPost(account, { platformId: '78', hashtags: ['x'] });
    await writeTo(first, [post]);
    await writeTo(second, [post]);
    const vacated = await db.sql.begin(async (tx) => {
      const platform = await lockStream(tx, first);
      const known = new KnownChanges();
      await removePosts(tx, { streamId: first, platform }, ['78'], known);
      return settlePosts(tx, { streamId: first, platform }, known);
    });
    expect(vacated).toEqual([second]);
    expect(await stateOf('78')).toEqual([{ stream: second, stands: false }]);
    expect(await verifyStream(db.sql, second)).toEqual([]);
    const [before] = await db.sql`select version from streams where stream_id = ${second}`;
    const takingUp = startTakingUp({ db, log: pino({ level: 'silent' }), everyMs: 10 });
    await expect.poll(() => listVacant(db.sql), { interval: 20 }).toEqual([]);
    await takingUp.close();
    expect(await stateOf('78')).toEqual([{ stream: second, stands: true }]);
    const [after] = await db.sql`select version from streams where stream_id = ${second}`;
    expect(after?.version).not.toBe(before?.version);
    expect(await allWrong()).toEqual([]);
  });

  test('that is left to a stream which goes before it takes it up is left to the next', async () => {
    const [first, second] = await twoTopics();
    const third = await findOrCreateTopic(db.sql, 'third');
    const post = aPost(account, { platformId: '79' });
    for (const streamId of [first, second, third]) await writeTo(streamId, [post]);
    await db.sql.begin(async (tx) => {
      await lockStream(tx, first);
      const known = new KnownChanges();
      await removePosts(tx, { streamId: first, platform: 'X' }, ['79'], known);
      await settlePosts(tx, { streamId: first, platform: 'X' }, known);
    });
    expect(await listVacant(db.sql)).toEqual([second]);
    await deleteStreamRows(db.sql, second);
    expect(await stateOf('79')).toEqual([{ stream: third, stands: true }]);
    expect(await allWrong()).toEqual([]);
  });

  test('of many, all are settled when a topic goes', async () => {
    const [first, second] = await twoTopics();
    const posts = Array.from({ length: 6_000 }, () => aPost(account, { hashtags: ['x', 'y'] }));
    await writeTo(first, posts);
    await writeTo(second, posts.slice(0, 5_500));
    // Otherwise the planner expects tables as small as the earlier tests left them, and reads everything for each post.
    await db.sql`analyze`;
    expect(await allWrong()).toEqual([]);
    await deleteStreamRows(db.sql, first);
    expect(await allWrong()).toEqual([]);
    const [left] =
      await db.sql`select count(*)::int as posts from known_posts where own and stream_id = ${second}`;
    expect(left?.posts).toBe(5_500);
  });
});

describe('a few new posts', () => {
  /** Adds posts to a stream, in a transaction that has done all its work and stays open until `commit` is called. */
  async function hold(streamId: number, posts: readonly EnrichedPost[]) {
    const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
    const batch = { account: null, posts, read: asGiven, collectedAt: observed };
    let commit = () => {};
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let ended: Promise<unknown> = Promise.resolve();
    await new Promise<void>((settled, failed) => {
      ended = db.sql.begin(async (tx) => {
        const delivery = deliver(source, batch);
        const [, stored] = await Promise.all([lockStream(tx, streamId), readStored(tx, delivery)]);
        const { known } = await write(tx, delivery, { stored });
        await settlePosts(tx, source, known);
        settled();
        await mayCommit;
      });
      ended.catch(failed);
    });
    return async () => {
      commit();
      await ended;
    };
  }

  /** Other test files have their own databases in the same cluster. */
  const untilSomeoneWaits = () =>
    expect
      .poll(
        () => db.sql`
          select from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
        { interval: 20 },
      )
      .toHaveLength(1);

  async function twoTopics() {
    await clear(db);
    return Promise.all([findOrCreateTopic(db.sql, 'a'), findOrCreateTopic(db.sql, 'b')]);
  }

  const reply = (platformId: string, postId: string) =>
    aPost(account, { platformId, kind: 'REPLY', replyTo: { postId, authorId: null, handle: 'who' } });

  test('of one stream wait for no commit of another', async () => {
    const [first, second] = await twoTopics();
    const commit = await hold(first, [reply('81', '80'), aPost(account)]);
    await writeTo(second, [reply('91', '90'), aPost(account)]);
    await commit();
    expect(await allWrong()).toEqual([]);
  });

  test.each([
    ['answer what comes', [reply('81', '80')], [aPost(account, { platformId: '80' })]],
    ['are answered by what comes', [aPost(account, { platformId: '80' })], [reply('81', '80')]],
    [
      'come in another stream, too',
      [aPost(account, { platformId: '80' })],
      [aPost(account, { platformId: '80' })],
    ],
    ['come beside many', [aPost(account)], Array.from({ length: 60 }, () => aPost(account))],
  ])('that %s have it wait for their commit', async (_, few, others) => {
    const [first, second] = await twoTopics();
    const commit = await hold(first, few);
    const written = writeTo(second, others);
    await untilSomeoneWaits();
    await commit();
    await written;
    expect(await allWrong()).toEqual([]);
  });
});

test('pages that another topic has are written as doubles at once, whatever goes before they are written', async () => {
  await clear(db);
  const first = await findOrCreateTopic(db.sql, 'a');
  const second = await findOrCreateTopic(db.sql, 'b');
  const posts = Array.from({ length: 120 }, () => aPost(account, { hashtags: ['x'] }));
  await writeTo(first, posts);
  const source = { streamId: second, platform: 'X' as const, provider: 'X_API' as const };
  const batch = { account: null, posts, read: asGiven, collectedAt: observed };
  const delivery = await expectDoubles(db.sql, deliver(source, batch));
  // Between the read and the write the other topic loses some posts, and gets another one.
  const gone = posts.slice(0, 40).map(({ platformId }) => platformId);
  await writeTo(first, [aPost(account, { hashtags: ['x'] })], gone);
  await writeBatchWith(db.sql, delivery);
  expect(await allWrong()).toEqual([]);
  const counted = async (streamId: number) => {
    const [row] =
      await db.sql`select count(*)::int as posts from posts where stream_id = ${streamId} and stands`;
    return row?.posts;
  };
  expect([await counted(first), await counted(second)]).toEqual([81, 40]);
});

test('a rebuild settles what a server without a registry wrote, and verify reports it', async () => {
  await clear(db);
  const first = await findOrCreateTopic(db.sql, 'a');
  const second = await findOrCreateTopic(db.sql, 'b');
  const posts = Array.from({ length: 5 }, () => aPost(account, { hashtags: ['x'] }));
  await writeTo(first, posts);
  await writeTo(second, posts);
  await db.sql`delete from known_posts`;
  await db.sql`update posts set stands = true`;
  await db.sql`update post_terms set stands = true, author_id = null`;
  await db.sql`insert into known_posts values (${key('5')}, ${first}, true, null, ${key('5')}, 0)`;
  expect(await verifyStream(db.sql, first)).toEqual([
    { table: 'post_terms', missing: 5, surplus: 5 },
    { table: 'known_posts', missing: 5, surplus: 5 },
  ]);
  for (const streamId of [first, second]) await rebuildStream(db.sql, streamId, () => null);
  await mendOrphans(db.sql);
  expect(await allWrong()).toEqual([]);
});
