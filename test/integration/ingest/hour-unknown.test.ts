import { describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { verifyStream } from '../../support/verify.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { must } from '../../../src/shared/errors.ts';
import type { EnrichedPost, ProviderName } from '../../../src/shared/post.ts';
import { mendRollups, rebuildStream } from '../../../src/streams/rebuild.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, observed, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

// Posts for which an archive has only the day.

const db = await openStore();
const app = openApp(db);
const parse = must(rawParser('X_ARCHIVE'), 'archives keep payloads');

/** A post as in an export of 2012 to 2018: a day before November 2010, or a time after it. */
function archived(account: ReturnType<typeof anAccount>, id: string, created_at: string): EnrichedPost {
  const raw = JSON.stringify({ id_str: id, created_at, text: `post ${id}`, source: 'web' });
  return { ...enrich(parse(raw, account)), observedAt: observed };
}

/** Three on Thursday 7 May 2009, one on the next day, and one whose time is known: 22:15 in New York on the 8th. */
const old = (account: ReturnType<typeof anAccount>) => [
  archived(account, '1001', '2009-05-07 00:00:00 +0000'),
  archived(account, '1002', '2009-05-07 00:00:00 +0000'),
  archived(account, '1003', '2009-05-07 00:00:00 +0000'),
  archived(account, '1004', '2009-05-08 00:00:00 +0000'),
  archived(account, '1005', '2009-05-09 02:15:00 +0000'),
];

async function stats(handle: string, timeZone: string, range = '{}') {
  const { data, errors } = await ask(
    app,
    `{ account(handle: "${handle}") {
      stats(timeZone: "${timeZone}", range: ${range}) {
        hourUnknown totals { posts activeDays } byHour byWeekday busiest { label posts }
        streaks { longest { from to } } series { values } hours: series(interval: HOUR) { values }
        previous { totals { posts } hourUnknown }
      }
      posts(filter: { range: ${range}, timeZone: "${timeZone}" }, orderBy: OLDEST) { totalCount nodes { createdAt hourKnown } }
    } }`,
  );
  expect(errors).toBeUndefined();
  return { ...data.account.stats, list: data.account.posts };
}
const hours = (known: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => known[hour] ?? 0);

describe('a post without a known time of day', () => {
  const account = anAccount();

  test.each([
    ['UTC', 2, ['2009-05-07', '2009-05-09'], [0, 0, 0, 3, 1, 1, 0]],
    ['America/New_York', 22, ['2009-05-07', '2009-05-08'], [0, 0, 0, 3, 2, 0, 0]],
    ['Pacific/Auckland', 14, ['2009-05-07', '2009-05-09'], [0, 0, 0, 3, 1, 1, 0]],
  ])('counts on that day and in no hour in %s', async (zone, hour, [from, to], byWeekday) => {
    await savePosts(db, account, old(account));
    const found = await stats(account.handle, zone);
    expect(found).toMatchObject({
      hourUnknown: 4,
      totals: { posts: 5 },
      byHour: hours({ [hour]: 1 }),
      byWeekday,
      busiest: [{ label: '2009-05-07', posts: 3 }],
      streaks: { longest: { from, to } },
      hours: { values: [1] },
      list: { totalCount: 5 },
    });
    expect(found.list.nodes[0]).toEqual({ createdAt: '2009-05-07T00:00:00.000Z', hourKnown: false });
    expect(found.list.nodes[4]).toEqual({ createdAt: '2009-05-09T02:15:00.000Z', hourKnown: true });
  });

  test('is in a range that includes the start of its day in the zone', async () => {
    // The 8th of New York.
    const range = '{ from: "2009-05-08T04:00:00Z", to: "2009-05-09T04:00:00Z" }';
    expect(await stats(account.handle, 'America/New_York', range)).toMatchObject({
      hourUnknown: 1,
      totals: { posts: 2, activeDays: 1 },
      series: { values: [2] },
      previous: { totals: { posts: 3 }, hourUnknown: 3 },
      list: { totalCount: 2 },
    });
    const morning = '{ from: "2009-05-08T04:00:00.001Z", to: "2009-05-08T12:00:00Z" }';
    expect(await stats(account.handle, 'America/New_York', morning)).toMatchObject({
      hourUnknown: 0,
      totals: { posts: 0 },
      series: { values: [0] },
      list: { totalCount: 0 },
    });
  });
});

describe('the time of such a post', () => {
  const [day, time] = [Date.UTC(2009, 4, 7), Date.UTC(2009, 4, 7, 18, 20, 3)];
  const later = (post: EnrichedPost, hoursLater: number): EnrichedPost => ({
    ...post,
    createdAt: time,
    hourUnknown: false,
    observedAt: observed + hoursLater * 3_600_000,
  });
  const stored = async (streamId: number) => {
    const rows = await db.sql`
      select (extract(epoch from created_at) * 1000)::float8 as at, hour_unknown as "hourUnknown"
      from posts where stream_id = ${streamId} order by post_id limit 1`;
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    return rows[0];
  };

  test.each<[string, readonly (readonly [ProviderName, 'day' | number])[], object]>([
    [
      'is filled in by a later source',
      [
        ['X_ARCHIVE', 'day'],
        ['X_API', 5],
      ],
      { at: time, hourUnknown: false },
    ],
    [
      'stays when the day comes after it',
      [
        ['X_API', 5],
        ['X_ARCHIVE', 'day'],
      ],
      { at: time, hourUnknown: false },
    ],
    [
      'stays when the day was seen after it',
      [
        ['X_API', -5],
        ['X_ARCHIVE', 'day'],
      ],
      { at: time, hourUnknown: false },
    ],
    [
      'is unknown when nobody tells it',
      [
        ['X_ARCHIVE', 'day'],
        ['X_ARCHIVE', 'day'],
      ],
      { at: day, hourUnknown: true },
    ],
  ])('%s, and the rollups follow', async (_name, sources, expected) => {
    const account = anAccount();
    const [post, ...others] = old(account) as [EnrichedPost, ...EnrichedPost[]];
    let streamId = 0;
    for (const [provider, when] of sources) {
      const seen = when === 'day' ? post : later(post, when);
      ({ streamId } = await savePosts(db, account, [seen, ...others], { provider }));
    }
    expect(await stored(streamId)).toEqual(expected);
  });
});

describe('a store of a version without unknown hours', () => {
  async function anOldStore() {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, old(account));
    await db.sql`update posts set hour_unknown = false where stream_id = ${streamId}`;
    await mendRollups(db.sql, streamId);
    expect(await stats(account.handle, 'UTC')).toMatchObject({
      hourUnknown: 0,
      byHour: hours({ 0: 4, 2: 1 }),
    });
    return { account, streamId };
  }
  const right = { hourUnknown: 4, byHour: hours({ 2: 1 }) };

  test('is updated by a rebuild', async () => {
    const { account, streamId } = await anOldStore();
    await rebuildStream(db.sql, streamId, rawParser);
    expect(await stats(account.handle, 'UTC')).toMatchObject(right);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('is updated by the same archive again', async () => {
    const { account, streamId } = await anOldStore();
    await savePosts(db, account, old(account));
    expect(await stats(account.handle, 'UTC')).toMatchObject(right);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});
