import fc from 'fast-check';
import { type Logger, pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { derivationVersion } from '../../../src/shared/derivation.ts';
import { startRebuilding } from '../../../src/jobs/rebuilding.ts';
import { verifyStream } from '../../support/verify.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { BadInputError, must } from '../../../src/shared/errors.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { continueRebuild, rebuildStream } from '../../../src/streams/rebuild.ts';
import { findRebuilding, RebuildLostError, takeRebuild } from '../../../src/streams/rebuilds.ts';
import { derivedOf, made, markAsOlder, saveMade } from '../../support/older.ts';
import { versionsOf } from '../../support/shown.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const [db, fresh] = [await openStore(), await openStore()];
const log = pino({ level: 'silent' });

/** Nobody runs a rebuild any more, as after the time limit of a killed process. */
const forget = () => db.sql`update rebuilds set until = now()`;
const take = async () => must(await takeRebuild(db.sql), 'a stream waits');

/** The log of a worker while it rebuilds. */
function listen() {
  const lines: { msg: string; streamId?: number }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { lines, log: pino({ level: 'info' }, { write }) };
}

/** Workers that look for work at once and often, until nothing waits. */
async function letWork(count: number, given: Logger = log, parsers = rawParser): Promise<void> {
  const workers = Array.from({ length: count }, () =>
    startRebuilding({ db, log: given, parsers, firstMs: 1, everyMs: 20 }),
  );
  await expect.poll(() => findRebuilding(db.sql)).toBeNull();
  await Promise.all(workers.map((worker) => worker.close()));
}

test('a store of the version before becomes what a fresh import gives', async () => {
  const account = made(1_500);
  const streamId = await saveMade(db, account, true);
  const expected = await derivedOf(fresh, await saveMade(fresh, account, false));
  expect((await derivedOf(db, streamId)).posts).not.toEqual(expected.posts);
  expect(await findRebuilding(db.sql)).toEqual({ streams: 1, postsDone: 0, postsTotal: 1_500 });
  await letWork(1);
  expect(await derivedOf(db, streamId)).toEqual(expected);
  expect(expected.wrong).toEqual([]);
  const { version } = await versionsOf(db, streamId);
  await letWork(1);
  expect((await versionsOf(db, streamId)).version).toBe(version);
  await deleteStreamRows(db.sql, streamId);
});

test('rollups equal a recount after each batch, and the version rises with each that changed something', async () => {
  const streamId = await saveMade(db, made(400), true);
  let { version } = await versionsOf(db, streamId);
  let batches = 0;
  const pause = async () => {
    batches++;
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    const now = await versionsOf(db, streamId);
    expect(now.version).toBeGreaterThan(must(version, 'the stream is there'));
    version = now.version;
    expect(await findRebuilding(db.sql)).toEqual({ streams: 1, postsDone: 50 * batches, postsTotal: 400 });
  };
  await continueRebuild(db.sql, await take(), rawParser, { pause, postsAtOnce: 50 });
  expect(batches).toBe(8);
  expect(await findRebuilding(db.sql)).toBeNull();
  await deleteStreamRows(db.sql, streamId);
});

test('a rebuild that is killed at any batch goes on after it', async () => {
  const account = made(300, 2);
  const expected = await derivedOf(fresh, await saveMade(fresh, account, false));
  const batchesUntilDeath = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batchesUntilDeath, async (lives) => {
      const streamId = await saveMade(db, account, true);
      let done = 0;
      for (const life of lives) {
        const rebuild = await takeRebuild(db.sql);
        if (rebuild === null) break;
        let batches = 0;
        await continueRebuild(db.sql, rebuild, rawParser, {
          postsAtOnce: 20,
          onProgress: () => {
            done += 20;
          },
          pause: async () => {
            if (++batches === life) throw new Error('killed');
          },
        }).catch((error) => expect(error).toMatchObject({ message: 'killed' }));
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        expect(await takeRebuild(db.sql)).toBeNull();
        await forget();
      }
      const last = await takeRebuild(db.sql);
      if (last !== null) done += (await continueRebuild(db.sql, last, rawParser)).posts;
      expect(done).toBe(300);
      expect(await derivedOf(db, streamId)).toEqual(expected);
      await deleteStreamRows(db.sql, streamId);
    }),
    { numRuns: 8 },
  );
});

test('two workers do each stream once', async () => {
  const ids: number[] = [];
  for (let seed = 10; seed < 16; seed++) ids.push(await saveMade(db, made(120, seed), true));
  const heard = listen();
  await letWork(2, heard.log);
  const done = heard.lines.filter(({ msg }) => msg.startsWith('rebuilt ')).map(({ streamId }) => streamId);
  expect(done.sort()).toEqual(ids.sort());
  expect(heard.lines.at(-1)?.msg).toBe('all streams are derived by the rules of this version');
  for (const id of ids) await deleteStreamRows(db.sql, id);
});

test('the smallest stream comes first', async () => {
  const large = await saveMade(db, made(90, 21), true);
  const small = await saveMade(db, made(30, 22), true);
  expect(await take()).toMatchObject({ streamId: small });
  expect(await take()).toMatchObject({ streamId: large });
  expect(await takeRebuild(db.sql)).toBeNull();
  for (const id of [large, small]) await deleteStreamRows(db.sql, id);
});

test('whoever was taken for dead writes nothing more', async () => {
  const streamId = await saveMade(db, made(100, 3), true);
  const first = await take();
  const pause = async () => {
    await forget();
    await take();
  };
  await expect(continueRebuild(db.sql, first, rawParser, { pause, postsAtOnce: 40 })).rejects.toThrow(
    RebuildLostError,
  );
  const [row] = await db.sql`select posts from rebuilds where stream_id = ${streamId}`;
  expect(row?.posts).toBe('40');
  await deleteStreamRows(db.sql, streamId);
});

onOneNode(
  'a stream that cannot be rebuilt keeps no other waiting, and is tried again later each time',
  async () => {
    const [bad, good] = [await saveMade(db, made(20, 4), true), await saveMade(db, made(50, 5), true)];
    await db.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
    create trigger refuse before update on posts for each row when (new.stream_id = ${bad}) execute function refuse()`);
    const worker = startRebuilding({ db, log, firstMs: 1, everyMs: 20 });
    const isGood = async () =>
      (
        await db.sql`select 1 from streams where stream_id = ${good} and derivation = ${derivationVersion}
    and not exists (select from rebuilds where stream_id = ${good})`
      ).length;
    await expect.poll(isGood).toBe(1);
    await worker.close();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const [row] = await db.sql`
      select round(extract(epoch from until - now()) / 30)::int as waits from rebuilds where stream_id = ${bad}`;
      waits.push(row?.waits);
      await forget();
      await expect(continueRebuild(db.sql, await take(), rawParser)).rejects.toThrow('refused');
    }
    expect(waits).toEqual([1, 2, 4]);
    await db.sql.unsafe('drop trigger refuse on posts; drop function refuse');
    for (const id of [bad, good]) await deleteStreamRows(db.sql, id);
  },
);

test('a payload that cannot be read is skipped, counted and reported once', async () => {
  const account = made(200, 6);
  const streamId = await saveMade(db, account, true);
  const expected = await derivedOf(fresh, await saveMade(fresh, account, false));
  const bad = new Set(account.posts.slice(50, 53).map(({ raw }) => String(raw)));
  const heard = listen();
  await letWork(1, heard.log, (provider) => {
    const parse = must(rawParser(provider), 'it can be read');
    return (raw, profile) => {
      if (bad.has(raw)) throw new BadInputError('odd');
      return parse(raw, profile);
    };
  });
  expect(
    heard.lines.filter(({ msg }) => msg === 'payloads could not be read, and were skipped'),
  ).toMatchObject([{ streamId, payloads: 3 }]);
  const now = await derivedOf(db, streamId);
  expect(now.wrong).toEqual([]);
  const differing = now.posts.filter(
    (post, at) => JSON.stringify(post) !== JSON.stringify(expected.posts[at]),
  );
  expect(differing.length).toBeLessThanOrEqual(3);
  await deleteStreamRows(db.sql, streamId);
});

test('posts whose payloads are gone are derived from their text, and a list that only the source had stays', async () => {
  const account = made(300, 7);
  const streamId = await saveMade(db, account, true);
  await db.sql`delete from raw_payloads where stream_id = ${streamId}`;
  await db.sql`
    update posts set mentions = '{onlytold}' where stream_id = ${streamId} and post_id = (
      select post_id from posts where stream_id = ${streamId} order by post_id desc limit 1)`;
  await letWork(1);
  const expected = await derivedOf(fresh, await saveMade(fresh, account, false));
  const now = await derivedOf(db, streamId);
  expect(now.wrong).toEqual([]);
  expect(now.posts.at(-1)).toMatchObject({ mentions: ['onlytold'] });
  const parts = (posts: readonly Record<string, unknown>[]) =>
    posts.map(({ emoji, domains, urls, search_rules }) => ({ emoji, domains, urls, search_rules }));
  expect(parts(now.posts)).toEqual(parts(expected.posts));
  await deleteStreamRows(db.sql, streamId);
});

describe('a process of an older release', () => {
  test('that writes to a stream has it rebuilt again, also when it does so in the middle', async () => {
    const streamId = await saveMade(db, made(100, 8), true);
    const writeAsBefore = () =>
      db.sql`update streams set version = version + 1 where stream_id = ${streamId}`;
    let written = false;
    const pause = async () => {
      if (!written) await writeAsBefore();
      written = true;
    };
    await continueRebuild(db.sql, await take(), rawParser, { pause, postsAtOnce: 40 });
    expect(await findRebuilding(db.sql)).toEqual({ streams: 1, postsDone: 0, postsTotal: 100 });
    await letWork(1);
    await writeAsBefore();
    expect(await findRebuilding(db.sql)).toMatchObject({ streams: 1 });
    await letWork(1);
    await deleteStreamRows(db.sql, streamId);
  });

  test('leaves a stream alone that was derived by newer rules', async () => {
    const streamId = await saveMade(db, made(10, 9), false);
    await db.sql`update streams set derivation = 1000 where stream_id = ${streamId}`;
    expect(await takeRebuild(db.sql)).toBeNull();
    await rebuildStream(db.sql, streamId, rawParser);
    const [row] = await db.sql`
      select derivation, version > derived_version as "isBehind" from streams where stream_id = ${streamId}`;
    expect(row).toEqual({ derivation: 1_000, isBehind: true });
    await deleteStreamRows(db.sql, streamId);
  });
});

test('a rebuild by hand ends what waits', async () => {
  const streamId = await saveMade(db, made(30, 17), true);
  await rebuildStream(db.sql, streamId, rawParser);
  expect(await findRebuilding(db.sql)).toBeNull();
  await markAsOlder(db, streamId);
  expect(await findRebuilding(db.sql)).toMatchObject({ streams: 1, postsTotal: 30 });
  await deleteStreamRows(db.sql, streamId);
});
