import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { foldMonths } from '../../../src/ingest/folding/months.ts';
import { bucketBudget } from '../../../src/stats/kernel/buckets.ts';
import {
  packedIn,
  PackedMonths,
  type PackedRow,
  packedSelect,
  wholeMonthsOf,
} from '../../../src/stats/kernel/packed-months.ts';
import { createScope } from '../../../src/stats/kernel/scope.ts';
import { loadPosted } from '../../../src/stats/series/posted.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

const [january, april] = [Date.UTC(2024, 0, 1), Date.UTC(2024, 3, 1)];
const quarterMs = 900_000;

const scopeOf = (streamId: number, zone: string, range = { from: null, to: null } as Range) =>
  createScope(
    {
      streamId,
      impressionsPerReaction: 200,
      keepsMinutes: false,
      earliestPostAt: new Date(january + quarterMs),
      latestPostAt: new Date(april - quarterMs),
    },
    range,
    zone,
    { now: new Date(april), budget: bucketBudget(), request: {} },
  );
type Range = { readonly from: number | null; readonly to: number | null };

const days = (months: readonly number[]) => months.map((month) => new Date(month).toISOString().slice(0, 10));

describe('whole months', () => {
  test.each([
    ['none', []],
    ['of the smallest', [0, 1, 126, 127]],
    ['of two bytes', [128, 0, 32_767]],
    ['of four bytes', [32_768, 5, 2 ** 31 - 1]],
    ['of eight bytes', [2 ** 31, 7, 2 ** 40]],
  ])('figures are read as they were packed: %s', async (_name, likes) => {
    const account = anAccount();
    const posts = [null, ...likes].map((figure, at) =>
      aPost(account, {
        createdAt: january + at * quarterMs,
        metrics: {
          likes: figure,
          reposts: null,
          replies: null,
          quotes: null,
          bookmarks: null,
          impressions: null,
        },
      }),
    );
    const { streamId } = await savePosts(db, account, posts);
    await foldMonths(db.sql, streamId);
    const [row] = await db.rows<PackedRow>(
      sql`select ${packedSelect(['likes'])} from ${packedIn(scopeOf(streamId, 'UTC'), [january])}`,
    );
    const months = new PackedMonths(row ?? { months: null, quarters: null });
    const of = Int32Array.from(posts, (_, at) => at);
    const { sums, known } = months.sumBy({ length: posts.length, of }, 'likes');
    expect([...sums]).toEqual([0, ...likes]);
    expect([...known]).toEqual([0, ...likes.map(() => 1)]);
    expect([...months.localQuarters('Asia/Kathmandu')]).toEqual(
      posts.map((_, at) => january / quarterMs + at + 23),
    );
  });

  test.each<[string, Range, string, readonly string[]]>([
    ['all time', { from: null, to: null }, 'UTC', ['2024-01-01', '2024-02-01', '2024-03-01']],
    [
      'a range that holds everything',
      { from: january, to: april },
      'UTC',
      ['2024-01-01', '2024-02-01', '2024-03-01'],
    ],
    [
      'a range that begins within one',
      { from: january + 2 * quarterMs, to: null },
      'UTC',
      ['2024-02-01', '2024-03-01'],
    ],
    [
      'a range that ends within one',
      { from: null, to: april - 2 * quarterMs },
      'UTC',
      ['2024-01-01', '2024-02-01'],
    ],
    ['a range within one', { from: january + 2 * quarterMs, to: january + 9 * quarterMs }, 'UTC', []],
    [
      'clocks set on a quarter-hour',
      { from: null, to: null },
      'America/New_York',
      ['2024-01-01', '2024-02-01', '2024-03-01'],
    ],
  ])('are those that the scope has completely: %s', (_name, range, zone, expected) => {
    expect(days(wholeMonthsOf(scopeOf(0, zone, range)))).toEqual(expected);
  });

  test('a month in which clocks were set at 00:01 is read by the quarter-hour', () => {
    const scope = createScope(
      {
        streamId: 0,
        impressionsPerReaction: 200,
        keepsMinutes: false,
        earliestPostAt: new Date(Date.UTC(2010, 1, 5)),
        latestPostAt: new Date(Date.UTC(2010, 3, 5)),
      },
      { from: null, to: null },
      'America/St_Johns',
      { now: new Date(april), budget: bucketBudget(), request: {} },
    );
    expect(days(wholeMonthsOf(scope))).toEqual(['2010-02-01', '2010-04-01']);
  });
});

test.each<[string, Range]>([
  ['all time', { from: null, to: null }],
  [
    'a range that begins and ends within months',
    { from: january + 5 * quarterMs, to: april - 9 * quarterMs },
  ],
])('sums by months are the same whether months or days are read: %s', async (_name, range) => {
  const account = anAccount();
  const posts = Array.from({ length: 90 }, (_, at) =>
    aPost(account, {
      createdAt: january + at * 97 * quarterMs + at,
      // The likes of February are unknown.
      metrics: {
        likes: at % 3 === 0 || (at >= 31 && at < 60) ? null : at,
        reposts: null,
        replies: null,
        quotes: null,
        bookmarks: null,
        impressions: at < 20 ? null : 7 * at,
      },
    }),
  );
  const { streamId } = await savePosts(db, account, posts);
  await foldMonths(db.sql, streamId);
  await db.sql`delete from activity_months where stream_id = ${streamId} and month = '2024-03-01'`;
  // The clocks of São Tomé showed UTC in 2024, but not in 2018: its months are added up from days.
  const seriesIn = (zone: string) =>
    Promise.all(
      (['LIKES', 'IMPRESSIONS', 'SENTIMENT'] as const).flatMap((metric) =>
        (['MONTH', 'QUARTER', 'YEAR'] as const).map((interval) =>
          loadPosted(db, scopeOf(streamId, zone, range), metric, interval, '', 'with estimated'),
        ),
      ),
    );
  const [utc, saoTome] = [await seriesIn('UTC'), await seriesIn('Africa/Sao_Tome')];
  expect(utc).toEqual(saoTome);
  expect(utc[0]?.values.filter((value) => value === null)).not.toHaveLength(0);
  expect(utc[0]?.values.filter((value) => value !== null)).not.toHaveLength(0);
});
