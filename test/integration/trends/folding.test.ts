import { describe, expect, test } from 'vitest';
import { noteFolded } from '../../../src/ingest/folding/changes.ts';
import { foldTrends } from '../../../src/ingest/folding/fold.ts';
import { countMisfolded, countMislisted } from '../../../src/ingest/folding/recount.ts';
import { startFolding } from '../../../src/jobs/folding.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { countAuthors } from '../../../src/trends/hashtag/query.ts';
import { listTopHashtags } from '../../../src/trends/reports/query.ts';
import { pastOf, readWindow } from '../../../src/trends/trending/query.ts';
import { TrendRecount } from '../../support/recount-trends.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const hashtags = { kind: 'HASHTAG', platform: null, streamIds: null } as const;

type Store = Awaited<ReturnType<typeof openStore>>;

const foldSome = (db: Pick<Store, 'sql'>, hoursAtOnce = 1_000) =>
  foldTrends(db.sql, { now: Date.now(), quietMs: 0, hoursAtOnce });

async function foldAll(db: Pick<Store, 'sql'>): Promise<void> {
  while ((await foldSome(db)).more);
}

/** Posts of a tag, an hour apart, by as many authors, the last one an hour before `end`. */
const tagged = (account: ReturnType<typeof anAccount>, tag: string, posts: number, end: number) =>
  Array.from({ length: posts }, (_, at) =>
    aPost(account, {
      hashtags: [tag],
      words: [`word of ${tag}`],
      createdAt: end - (at + 1) * hourMs,
      author: { platformId: `a${at}`, handle: `a${at}`, displayName: 'x', avatarUrl: null },
    }),
  );

function signal() {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}

const bucketsOf = async ({ sql }: Pick<Store, 'sql'>, size: string) =>
  (await sql`select count(*)::int as n from trend_buckets where size = ${size}`)[0]?.n as number;
const marksOf = async ({ sql }: Pick<Store, 'sql'>) =>
  (await sql`select count(distinct hour)::int as n from trend_changes, unnest(hours) as hour`)[0]
    ?.n as number;

async function expectRight(db: Store, from: number, to: number): Promise<void> {
  const recount = await TrendRecount.of(db);
  const read = await readWindow(db, hashtags, { from, to }, { by: 'COUNT', first: 100, withPast: true });
  const past = pastOf({ from, to });
  const before = new Map(
    recount.count('HASHTAG', past.from, past.to, null).map((one) => [one.term, one.posts]),
  );
  expect(
    read.rows.map(({ term, posts, authors, pastPosts }) => ({ term, posts, authors, pastPosts })),
  ).toEqual(
    recount
      .count('HASHTAG', from, to, null)
      .map(({ term, posts, authors }) => ({ term, posts, authors, pastPosts: before.get(term) ?? 0 })),
  );
}

describe('folding', () => {
  test('leaves no mark, and writes hours, days and the past of today', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 30, today));
    expect(await marksOf(db)).toBe(30);
    await foldAll(db);
    expect(await marksOf(db)).toBe(0);
    expect(await bucketsOf(db, 'HOUR')).toBe(60);
    expect(await bucketsOf(db, 'HOURS_6')).toBe(10);
    expect(await bucketsOf(db, 'DAY')).toBe(4);
    expect(await bucketsOf(db, 'PAST')).toBeGreaterThan(0);
    await expectRight(db, today - 2 * dayMs, today);
  });

  test('ends when days have only words, whose past begins when they are first stored', async () => {
    const db = await openStore();
    const account = anAccount();
    const days = [15, 16, 20].map((ago) =>
      aPost(account, { words: ['lark'], createdAt: today - ago * dayMs }),
    );
    await savePosts(db, account, days);
    let rounds = 0;
    while ((await foldSome(db)).more) expect(++rounds).toBeLessThan(100);
    expect(await bucketsOf(db, 'DAY')).toBe(3);
  });

  test('adds up a day when it is over: until then windows read its hours', async () => {
    const db = await openStore();
    const posts = tagged(anAccount(), 'a', 30, today + 6 * hourMs);
    await savePosts(db, anAccount(), posts);
    const foldAt = async (now: number) => {
      while ((await foldTrends(db.sql, { now, quietMs: 0, hoursAtOnce: 7, authorsFrom: 1 })).more);
    };
    const days = async () =>
      (
        await db.sql`select (start at time zone 'UTC')::date::text as day from trend_buckets
        where size = 'DAY' and kind = 'HASHTAG' order by start`
      ).map(({ day }) => Date.parse(day as string));
    await foldAt(today + 7 * hourMs);
    expect(await days()).toEqual([today - dayMs]);
    await expectRight(db, today - dayMs, today + dayMs);
    await expectRight(db, today, today + dayMs);
    await foldAt(today + dayMs);
    expect(await days()).toEqual([today - dayMs, today]);
    expect(await countMislisted(db.sql)).toBe(0);
    await expectRight(db, today - dayMs, today + dayMs);
    await expectRight(db, today, today + dayMs);
  });

  test('counts each author of a term in an hour once, however many posts are between two of theirs', async () => {
    const db = await openStore();
    const account = anAccount();
    const posts = Array.from({ length: 2_500 }, (_, at) =>
      aPost(account, {
        hashtags: [`t${at % 7}`],
        words: [`w${at % 11}`, `t${at % 7}`],
        createdAt: today - hourMs + ((at * 1_009) % 2_500) * 1_000,
        author: { platformId: `a${(at * 31) % 83}`, handle: 'a', displayName: 'x', avatarUrl: null },
      }),
    );
    await savePosts(db, account, posts);
    await foldAll(db);
    expect(await countMisfolded(db.sql)).toBe(0);
    await expectRight(db, today - hourMs, today);
  });

  test('six hours are added up when they are over, and windows are right with them and without', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 40, today + 13 * hourMs));
    const fold = async () => {
      while ((await foldTrends(db.sql, { now: today + 13 * hourMs, quietMs: 0, hoursAtOnce: 1_000 })).more);
    };
    await fold();
    const sixes = async () =>
      (
        await db.sql`select (extract(epoch from start) / 3600)::int - ${today / hourMs}::int as at from trend_buckets
        where size = 'HOURS_6' and kind = 'HASHTAG' order by start`
      ).map(({ at }) => at as number);
    expect(await sixes()).toEqual([-30, -24, -18, -12, -6, 0, 6]);
    const windows = [
      [today - 22 * hourMs - 1, today + 12 * hourMs + 1],
      [today - 5 * hourMs, today + 6 * hourMs],
      [today - dayMs, today + 13 * hourMs],
    ] as const;
    const expectAllRight = async () => {
      for (const [from, to] of windows) await expectRight(db, from, to);
    };
    await expectAllRight();
    // As in a store of an older release: days exist, and rows of six hours do not.
    await db.sql`delete from trend_buckets where size = 'HOURS_6'`;
    await expectAllRight();
    await fold();
    expect(await sixes()).toHaveLength(7);
    await expectAllRight();
  });

  test('a changed past is added up again', async () => {
    const db = await openStore();
    const account = anAccount();
    await savePosts(db, account, tagged(account, 'a', 5, today));
    await savePosts(db, account, tagged(account, 'a', 3, today + 2 * hourMs));
    await foldAll(db);
    await expectRight(db, today, today + dayMs);
    await savePosts(db, account, tagged(account, 'a', 7, today - 20 * dayMs));
    await expectRight(db, today, today + dayMs);
    await foldAll(db);
    await expectRight(db, today, today + dayMs);
  });

  test('an interrupted folding changes nothing, and the next one does everything', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 30, today));
    await db.sql`create function break_off() returns trigger language plpgsql as
      $$ begin if new.size = 'HOURS_6' then raise 'broken off'; end if; return new; end $$`;
    await db.sql`create trigger break_off before insert on trend_buckets for each row execute function break_off()`;
    await expect(foldSome(db)).rejects.toThrow('broken off');
    expect([await marksOf(db), await bucketsOf(db, 'HOUR')]).toEqual([30, 0]);
    await expectRight(db, today - dayMs, today);
    await db.sql`drop trigger break_off on trend_buckets`;
    await foldAll(db);
    await expectRight(db, today - dayMs, today);
  });

  test('a write while an hour is folded marks the hour again', async () => {
    const db = await openStore({ isDamaged: true });
    const account = anAccount();
    await savePosts(db, account, tagged(account, 'a', 5, today));
    // A write that runs while another transaction folds: it commits after the fold has read its hours.
    const [begun, mayCommit] = [signal(), signal()];
    const write = db.sql.begin(async (tx) => {
      await tx`update posts set hashtags = '{b}' where hashtags = '{a}' and created_at = ${new Date(today - hourMs)}`;
      await tx`update post_terms set term = 'b' where created_at = ${new Date(today - hourMs)}`;
      await tx`insert into trend_changes (hours) values (array[${(today - hourMs) / hourMs}::int])`;
      begun.give();
      await mayCommit.given;
    });
    await begun.given;
    await foldSome(db);
    mayCommit.give();
    await write;
    expect(await marksOf(db)).toBe(1);
    await expectRight(db, today - dayMs, today);
    await foldAll(db);
    await expectRight(db, today - dayMs, today);
  });

  // A cluster shows the marks of a transaction some milliseconds before its posts: counts and marks are from two
  // moments there.
  onOneNode('several processes fold, write and delete at once', async () => {
    const db = await openStore({ poolSize: 10 });
    const accounts = Array.from({ length: 4 }, () => anAccount());
    const stop = new AbortController();
    const folders = [1, 2].map(async () => {
      while (!stop.signal.aborted) {
        await foldSome(db, 7);
        expect(await countMisfolded(db.sql)).toBe(0);
      }
    });
    await Promise.all(
      accounts.map(async (account, at) => {
        for (let round = 0; round < 6; round++) {
          const { streamId } = await savePosts(
            db,
            account,
            tagged(account, `tag${round}`, 20, today - at * 1_000),
          );
          if (at === 3 && round % 2 === 1) await deleteStreamRows(db.sql, streamId);
        }
      }),
    ).finally(() => stop.abort());
    await Promise.all(folders);
    await foldAll(db);
    expect([await marksOf(db), await countMisfolded(db.sql)]).toEqual([0, 0]);
    await expectRight(db, today - 3 * dayMs, today + dayMs);
  });

  test('an hour that changed a moment ago waits until it is quiet', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 2, today));
    const options = { now: Date.now(), quietMs: 60_000, hoursAtOnce: 100 };
    expect(await foldTrends(db.sql, options)).toEqual({ hours: 0, more: false });
    expect(await marksOf(db)).toBe(2);
  });

  test('terms that are older than the folded days are removed as days pass, and read from the posts', async () => {
    const db = await openStore();
    const account = anAccount();
    await savePosts(db, account, tagged(account, 'old', 4, today - 118 * dayMs));
    await savePosts(db, account, tagged(account, 'new', 4, today));
    await foldAll(db);
    const before = await bucketsOf(db, 'HOUR');
    await foldTrends(db.sql, { now: Date.now() + 3 * dayMs, quietMs: 0, hoursAtOnce: 100 });
    expect(await bucketsOf(db, 'HOUR')).toBeLessThan(before);
    await expectRight(db, today - 119 * dayMs, today);
  });

  test('a stream whose row of a post begins to count marks its hour', async () => {
    const db = await openStore();
    const [one, other] = [anAccount(), anAccount()];
    const posts = tagged(one, 'shared', 3, today);
    const { streamId } = await savePosts(db, one, posts);
    await savePosts(db, other, posts);
    await foldAll(db);
    await deleteStreamRows(db.sql, streamId);
    await expectRight(db, today - dayMs, today);
    await foldAll(db);
    await expectRight(db, today - dayMs, today);
  });

  test('with a wrong result is found by a recount, and repaired when everything is counted again', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 5, today));
    await foldAll(db);
    expect(await countMisfolded(db.sql)).toBe(0);
    await db.sql`update trend_buckets set posts = array[7] where kind = 'HASHTAG' and size = 'HOUR'
      and start = ${new Date(today - hourMs)}`;
    await db.sql`insert into trend_buckets select platform, kind, size, start - interval '40 days', terms, posts, author_hours,
      all_author_hours from trend_buckets where kind = 'MENTION' or kind = 'HASHTAG' and size = 'HOUR' limit 1`;
    expect(await countMisfolded(db.sql)).toBe(2);
    await noteFolded(db.sql);
    await foldAll(db);
    expect(await countMisfolded(db.sql)).toBe(0);
  });

  test('wrong lists of authors are found by a recount, and written again', async () => {
    const db = await openStore();
    const posts = [...tagged(anAccount(), 'a', 23, today), ...tagged(anAccount(), 'b', 30, today)];
    await savePosts(db, anAccount(), posts);
    const fold = async () => {
      const options = { now: Date.now(), quietMs: 0, hoursAtOnce: 1_000, authorsFrom: 20 };
      while ((await foldTrends(db.sql, options)).more);
    };
    await fold();
    const lists = () => db.sql`select term, cardinality(authors) as n from trend_authors order by term`;
    expect([...(await lists())]).toEqual([
      { term: 'a', n: 23 },
      { term: 'b', n: 24 },
    ]);
    expect(await countMislisted(db.sql)).toBe(0);
    await expectRight(db, today - dayMs, today);
    await db.sql`update trend_authors set authors = '{nobody}' where term = 'a'`;
    await db.sql`insert into trend_authors values ('a', ${new Date(today - 40 * dayMs)}, 'X', '{nobody}')`;
    expect(await countMislisted(db.sql)).toBe(2);
    await noteFolded(db.sql);
    expect(await countMislisted(db.sql)).toBe(0);
    await expectRight(db, today - dayMs, today);
    await fold();
    expect(await countMislisted(db.sql)).toBe(0);
    expect(await lists()).toHaveLength(2);
    await expectRight(db, today - dayMs, today);
  });

  test('reports count each author once, of days that are listed and of others', async () => {
    const db = await openStore();
    const account = anAccount();
    await findOrCreateTopic(db.sql, 'a topic, so that accounts have posts of many');
    const write = (seed: number) =>
      savePosts(
        db,
        account,
        Array.from({ length: 300 }, (_, at) =>
          aPost(account, {
            hashtags: [`t${(at * seed) % 3}`],
            createdAt: today - ((at * 7_919 * seed) % 72) * hourMs - 1,
            author: {
              platformId: `a${(at * seed * 31) % 47}`,
              handle: 'a',
              displayName: 'x',
              avatarUrl: null,
            },
          }),
        ),
      );
    const expectAuthors = async () => {
      for (const [from, to] of [
        [null, null],
        [today - 50 * hourMs, null],
        [today - 60 * hourMs, today - 5 * hourMs],
      ] as const) {
        const plain = await db.sql`
          select term as value, count(distinct author_id)::float8 as authors from post_terms
          where stands ${from === null ? db.sql`` : db.sql`and created_at >= ${new Date(from)}`}
            ${to === null ? db.sql`` : db.sql`and created_at < ${new Date(to)}`}
          group by term order by count(*) desc, term`;
        const report = await listTopHashtags(db, { range: { from, to }, by: 'POSTS', page: [10, 0] });
        const byTag = new Map(plain.map(({ value, authors }) => [value as string, authors as number]));
        expect(new Map(report.map(({ value, authors }) => [value, authors]))).toEqual(byTag);
        if (from === null) expect(await countAuthors(db, ['t0', 't1', 't2', 'none'])).toEqual(byTag);
      }
    };
    await write(1);
    await expectAuthors();
    while ((await foldTrends(db.sql, { now: today, quietMs: 0, hoursAtOnce: 1_000, authorsFrom: 20 })).more);
    expect((await db.sql`select count(distinct day)::int as n from trend_authors`)[0]?.n).toBeGreaterThan(1);
    await expectAuthors();
    await write(5);
    await expectAuthors();
  });

  test('runs by itself in the job process until that is closed', async () => {
    const db = await openStore();
    await savePosts(db, anAccount(), tagged(anAccount(), 'a', 3, today));
    const folding = startFolding({ db, log: createLogger('silent', 'test'), everyMs: 5, quietMs: 0 });
    await expect.poll(() => marksOf(db)).toBe(0);
    await folding.close();
  });
});
