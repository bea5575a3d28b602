import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldTrends } from '../../../src/ingest/folding/fold.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { pastOf, readWindow, sameHoursOf } from '../../../src/trends/trending/query.ts';
import { countRecent } from '../../../src/trends/trending/recent.ts';
import type { AccountProfile } from '../../../src/shared/post.ts';
import { type Kind, TrendRecount } from '../../support/recount-trends.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;

/** Each takes some seconds; run more before a release. */
const runs = Number(process.env.RECOUNT_RUNS ?? 6);

/** Instants that often share hours and seconds: days back, then hours, then one of a few moments. */
const instant = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1, 1, 2, 7, 8, 14, 21, 27, 28, 29, 35, 119, 120, 121, 200),
    fc.constantFrom(0, 1, 9, 10, 10, 11, 23),
    fc.constantFrom(0, 0, 1, 999, 1_000, 1_500, 1_800_000, hourMs - 1),
  )
  .map(([days, hours, ms]) => today - days * dayMs + hours * hourMs + ms);

const term = fc.constantFrom('a', 'b', 'c', 'z', 'd"e', 'é', '日本', '😀', '{h,i}');
const terms = fc.uniqueArray(term, { maxLength: 3 });
const given = fc.record({
  id: fc.integer({ min: 1, max: 60 }),
  createdAt: instant,
  author: fc.constantFrom('1', '2', '3'),
  kind: fc.constantFrom('ORIGINAL' as const, 'ORIGINAL' as const, 'REPLY' as const, 'REPOST' as const),
  own: fc.integer({ min: 0, max: 5 }).map((die) => die > 0),
  hashtags: terms,
  mentions: terms,
  words: terms,
});
const stream = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      stream,
      posts: fc.array(given, { maxLength: 15 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      stream,
      ids: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), stream }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fold' as const),
      hours: fc.constantFrom(1, 3, 1_000),
      whole: fc.boolean(),
      from: fc.option(instant, { nil: undefined }),
      authorsFrom: fc.constantFrom(1, 1, 2, 64),
    }),
  },
);
const length = fc.constantFrom(1, 60_000, hourMs, hourMs + 1, 5 * hourMs, dayMs, 7 * dayMs + 1, 90 * dayMs);
const question = fc.record({
  kind: fc.constantFrom<Kind>('HASHTAG', 'HASHTAG', 'MENTION', 'WORD'),
  window: fc.oneof(
    fc
      .record({ to: instant, more: fc.constantFrom(0, 1), ms: length })
      .map(({ to, more, ms }) => ({ to: to + more, ms })),
    fc
      .record({
        day: fc.constantFrom(0, 0, 1, 1, 2, 7, 8, 28),
        ms: fc.constantFrom(hourMs, dayMs, dayMs + 1, 2 * dayMs, 8 * dayMs),
      })
      .map(({ day, ms }) => ({ to: today + (1 - day) * dayMs, ms })),
  ),
  platform: fc.constantFrom('X' as const, null),
  streams: fc.option(fc.uniqueArray(stream, { minLength: 1 }), { nil: null, freq: 3 }),
});

describe('a window', () => {
  test('equals a plain recount, whatever was written, removed, deleted and folded before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 14 }),
        fc.array(question, { minLength: 8, maxLength: 8 }),
        check,
      ),
      { numRuns: runs, endOnFailure: true },
    );
  });
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** Half of the posts may be in several streams. */
const idOf = (at: number, id: number): string => String(id <= 30 ? id : 1_000 * (at + 1) + id);

async function check(steps: readonly Step[], questions: readonly Question[]): Promise<void> {
  const db = await openStore();
  const accounts = Array.from({ length: 3 }, () => anAccount());
  const ids = new Map<number, number>();
  for (const one of steps) {
    if (one.do === 'fold') {
      const { hours: hoursAtOnce, authorsFrom } = one;
      const options = { now: Date.now(), quietMs: 0, hoursAtOnce, authorsFrom };
      const from = one.from === undefined ? {} : { from: one.from };
      for (let more = true; more; )
        more = (await foldTrends(db.sql, { ...options, ...from })).more && one.whole;
      continue;
    }
    const account = accounts[one.stream] as AccountProfile; // safe: there are three
    const streamId = ids.get(one.stream);
    if (one.do === 'write') {
      const posts = one.posts.map(({ id, author, ...rest }) =>
        aPost(account, {
          ...rest,
          platformId: idOf(one.stream, id),
          author: { platformId: author, handle: `h${author}`, displayName: 'x', avatarUrl: null },
          observedAt: observed + steps.indexOf(one),
        }),
      );
      ids.set(one.stream, (await savePosts(db, account, posts)).streamId);
    } else if (streamId !== undefined && one.do === 'remove') {
      const source = { streamId, platform: 'X', provider: 'X_ARCHIVE' } as const;
      const deleted = one.ids.map((id) => idOf(one.stream, id));
      await writeBatch(db.sql, source, { account, posts: [], read: asGiven, deleted, collectedAt: observed });
    } else if (streamId !== undefined) {
      await deleteStreamRows(db.sql, streamId);
      ids.delete(one.stream);
    }
  }
  const recount = await TrendRecount.of(db);
  for (const { kind, window: asked, platform, streams } of questions) {
    const { to, ms } = asked;
    const streamIds = streams === null ? null : streams.map((at) => ids.get(at) ?? 0);
    const scope = { kind, platform, streamIds };
    const window = { from: to - ms, to };
    const past = pastOf(window);
    const counted = recount.count(kind, window.from, to, streamIds);
    const before = new Map(recount.count(kind, past.from, past.to, streamIds).map((one) => [one.term, one]));
    const same = (name: string) =>
      sameHoursOf(window).reduce(
        (sum, { from, to: end }) => {
          const one = recount.count(kind, from, end, streamIds).find((found) => found.term === name);
          return {
            posts: sum.posts + (one?.posts ?? 0),
            authorHours: sum.authorHours + (one?.authorHours ?? 0),
          };
        },
        { posts: 0, authorHours: 0 },
      );
    const expected = counted.map((one, at) => ({
      ...one,
      position: at + 1,
      pastPosts: before.get(one.term)?.posts ?? 0,
      pastAuthorHours: before.get(one.term)?.authorHours ?? 0,
      samePosts: same(one.term).posts,
      sameAuthorHours: same(one.term).authorHours,
    }));
    const read = await readWindow(db, scope, window, { by: 'COUNT', first: 100, withPast: true });
    expect(read.rows).toEqual(expected);
    expect(read.total).toBe(counted.length);
    const totals = [...read.totals].sort((a, b) => a.hour - b.hour);
    expect(totals).toEqual(recount.totals(kind, past.from, past.to, streamIds));
    const plain = await readWindow(db, scope, window, {
      by: 'COUNT',
      first: 2,
      withPast: false,
      also: ['z'],
    });
    expect(plain.rows.map(({ term, position }) => [term, position])).toEqual(
      expected
        .filter(({ term, position }) => position <= 2 || term === 'z')
        .map(({ term, position }) => [term, position]),
    );
    const named = await readWindow(db, scope, window, { by: ['a', 'nobody'], first: 0, withPast: true });
    const zeros = { posts: 0, authorHours: 0, authors: 0 };
    expect(named.rows.find(({ term }) => term === 'a')).toEqual({
      term: 'a',
      ...zeros,
      pastPosts: before.get('a')?.posts ?? 0,
      pastAuthorHours: before.get('a')?.authorHours ?? 0,
      samePosts: same('a').posts,
      sameAuthorHours: same('a').authorHours,
      ...expected.find(({ term }) => term === 'a'),
      position: null,
    });
    const windows = [3, 2, 1, 0].map((back) => ({ from: to - (back + 1) * ms, to: to - back * ms }));
    const recent = await countRecent(db, scope, windows, ['a', 'z']);
    for (const [name, counts] of recent)
      expect(counts).toEqual(
        windows.map(
          ({ from, to: end }) =>
            recount.count(kind, from, end, streamIds).find(({ term }) => term === name)?.posts ?? 0,
        ),
      );
  }
}
