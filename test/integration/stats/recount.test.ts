import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { foldMonths } from '../../../src/ingest/folding/months.ts';
import { verifyStream } from '../../support/verify.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import {
  type EnrichedPost,
  type PostKind,
  type ProviderName,
  unknownMetrics,
} from '../../../src/shared/post.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { derivedId } from '../../../src/shared/derived-id.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import {
  allMetrics,
  calendarIntervals,
  clockIntervals,
  type GivenPost,
  type IntervalName,
  type MetricName,
  Recount,
  type Snapshot,
} from '../../support/recount.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const dayMs = 86_400_000;

/** Each takes half a second to two seconds; run more before a release. */
const runs = Number(process.env.RECOUNT_RUNS ?? 4);

/** Moments at which clocks or calendars change, and where. */
const moments = [
  { name: 'clocks are set forward', zone: 'America/New_York', at: Date.UTC(2024, 2, 10, 7) },
  { name: 'clocks are set back', zone: 'America/New_York', at: Date.UTC(2024, 10, 3, 6) },
  { name: 'midnight is at 18:15 UTC', zone: 'Asia/Kathmandu', at: Date.UTC(2023, 11, 31, 18, 15) },
  { name: 'a day is left out', zone: 'Pacific/Apia', at: Date.UTC(2011, 11, 30, 10) },
  { name: 'clocks are set back half an hour', zone: 'Australia/Lord_Howe', at: Date.UTC(2024, 3, 6, 15) },
  {
    name: 'clocks are set forward half an hour',
    zone: 'Australia/Lord_Howe',
    at: Date.UTC(2024, 9, 5, 15, 30),
  },
  { name: 'clocks are set back at 00:01', zone: 'America/St_Johns', at: Date.UTC(2010, 10, 7, 2, 31) },
  { name: 'clocks are set forward at 00:01', zone: 'America/St_Johns', at: Date.UTC(2010, 2, 14, 3, 31) },
  { name: 'a day begins at 01:00', zone: 'America/Sao_Paulo', at: Date.UTC(2018, 10, 4, 3) },
  { name: 'another day begins at 01:00', zone: 'Africa/Cairo', at: Date.UTC(2023, 3, 27, 22) },
  { name: 'a leap day begins', zone: 'UTC', at: Date.UTC(2024, 1, 29, 0) },
  { name: 'it was two days ago', zone: 'UTC', at: testNow.getTime() - 2 * dayMs },
];

/** Milliseconds from such a moment: close to it, in the same days, weeks or months, often on a quarter-hour. */
const distance = fc.oneof(
  fc.integer({ min: -7_200_000, max: 7_200_000 }),
  fc.integer({ min: -8, max: 8 }).map((quarters) => quarters * 900_000),
  fc.integer({ min: -3 * dayMs, max: 3 * dayMs }),
  fc.integer({ min: -70 * dayMs, max: 70 * dayMs }),
);

const figure = fc.option(fc.nat(30), { nil: null, freq: 4 });
const metrics = fc.record({
  likes: figure,
  reposts: figure,
  replies: figure,
  quotes: figure,
  bookmarks: figure,
  impressions: fc.option(fc.nat(2_000), { nil: null }),
});
const term = fc.constantFrom('a', 'b', 'c', 'z', 'd"e', 'f\\g', 'é', '日本', '😀', '{h,i}');
const terms = fc.uniqueArray(term, { maxLength: 3 });
const someone = fc.option(fc.constantFrom('ann', 'bob', 'zoë'), { nil: null });
const chat = fc.record({
  emotes: fc.array(
    term.map((name) => ({ name, imageUrl: null })),
    { maxLength: 3 },
  ),
  badges: fc.constant([]),
  bits: fc.nat(100),
  isFirst: fc.constantFrom(true, false, null),
  isReturning: fc.constantFrom(true, false, null),
  isAction: fc.boolean(),
  subscribedMonths: fc.constant(null),
  color: fc.constant(null),
});

const givenPost = fc.record({
  distance,
  seenAt: distance,
  seenAgain: fc.option(fc.record({ later: fc.integer({ min: 1, max: 30 * dayMs }), metrics }), { nil: null }),
  provider: fc.constantFrom<ProviderName>('X_ARCHIVE', 'X_API'),
  own: fc.integer({ min: 0, max: 5 }).map((die) => die > 0),
  hourUnknown: fc.integer({ min: 0, max: 2 }).map((die) => die === 0),
  author: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom(
    'ORIGINAL' as const,
    'REPLY' as const,
    'REPOST' as const,
    'QUOTE' as const,
    'MESSAGE' as const,
  ),
  metrics,
  hashtags: terms,
  mentions: terms,
  cashtags: terms,
  domains: terms,
  emoji: terms,
  words: terms,
  text: fc.constantFrom('plain', '!Uptime', '!so bob', '! no', '!é'),
  language: fc.constantFrom('en', 'de', null),
  client: fc.option(term, { nil: null }),
  replyTo: someone,
  repostOf: someone,
  chat: fc.option(chat, { nil: null }),
  sentiment: fc.oneof(
    fc.constantFrom(500, -500, 499, -499, 0, null, null),
    fc.integer({ min: -10_000, max: 10_000 }),
  ),
});

const rangeEnd = fc.option(
  fc.record({ distance, align: fc.constantFrom('ms' as const, 'quarter' as const, 'month' as const) }),
  { nil: null, freq: 3 },
);

const run = fc.record({
  posts: fc.array(givenPost, { minLength: 0, maxLength: 60, size: 'max' }),
  snapshots: fc.uniqueArray(fc.record({ distance, followers: fc.option(fc.nat(500), { nil: null }) }), {
    selector: (snapshot) => snapshot.distance,
    maxLength: 12,
  }),
  asked: fc.array(
    fc.record({ zone: fc.constantFrom('own', 'own', 'UTC', 'Asia/Kathmandu'), from: rangeEnd, to: rangeEnd }),
    { minLength: 2, maxLength: 3 },
  ),
  /** Which intervals and metrics are requested: all of them over the course of the runs. */
  turn: fc.nat(1_000),
});

const termKinds = [
  'HASHTAG',
  'MENTION',
  'WORD',
  'EMOJI',
  'EMOTE',
  'COMMAND',
  'CASHTAG',
  'DOMAIN',
  'REPLIED_TO',
  'REPOSTED',
  'LANGUAGE',
  'CLIENT',
];
const totals =
  'posts originals replies reposts quotes authors activeDays likesReceived repostsReceived repliesReceived ' +
  'quotesReceived bookmarksReceived engagement engagementPerPost engagementMedian engagementP90 engagementRate ' +
  'impressions impressionsEstimatedShare impressionsPerReaction bits emotes';
const series = '{ interval starts values }';
const postedSeries = '{ interval starts values estimated rolling(buckets: 3) }';
const someKinds: readonly (readonly PostKind[])[] = [
  ['ORIGINAL'],
  ['REPLY', 'QUOTE'],
  ['REPOST'],
  ['QUOTE', 'REPOST', 'ORIGINAL', 'REPLY'],
];
const providers: readonly ProviderName[] = ['X_ARCHIVE', 'X_API'];

/** The fields of one `stats`, by alias, and their expected values. */
function questions(recount: Recount, turn: number, collectedAt: ReadonlyMap<ProviderName, number>) {
  const fields = new Map<string, { readonly field: string; readonly expected: unknown }>();
  const add = (alias: string, field: string, expected: unknown) => fields.set(alias, { field, expected });
  const pick = <T>(list: readonly T[], index: number): T => list[(turn + index) % list.length] as T;
  const intervals: IntervalName[] = [...calendarIntervals];
  if (recount.length < 300 * dayMs) intervals.push('HOUR');
  if (recount.length < 4 * dayMs) intervals.push('MINUTE');
  // All series of a document together may have 300,000 buckets, and up to eight of them may be by the second.
  if (recount.length < 3_600_000) intervals.push('SECOND');

  add('hourUnknown', 'hourUnknown', recount.hourUnknown());
  add('totals', `totals { ${totals} }`, recount.totals());
  add(
    'streaks',
    'streaks { longest { from to days } longestGap { from to days } current { from to days } }',
    recount.streaks(),
  );
  const year = Number(recount.calendar(2024).years.at(turn % 3) ?? 2024);
  add(
    'calendar',
    `calendar(year: ${year}) { year years posts activeDays weeks { days { date posts level } } }`,
    recount.calendar(year),
  );
  const newest = recount.calendar(2024).years.at(-1);
  if (newest !== undefined)
    add(
      'latestCalendar',
      'latestCalendar { year posts activeDays }',
      (({ year, posts, activeDays }) => ({ year, posts, activeDays }))(recount.calendar(newest)),
    );
  const mood = pick(intervals, 2);
  add(
    'sentimentSeries',
    `sentimentSeries(interval: ${mood}) { interval starts scored positive neutral negative }`,
    recount.sentimentSeries(mood),
  );
  add('sentiment', 'sentiment { unscored mean positive neutral negative }', recount.sentiment());
  add('providers', 'providers { provider posts collectedAt }', recount.providers(collectedAt));
  add(
    'topAuthors',
    'topAuthors { author { handle } posts engagement engagementPerPost }',
    recount.topAuthors(10),
  );
  for (const [index, metric] of allMetrics.entries()) {
    const interval = pick(intervals, index);
    add(
      `series_${metric}`,
      `series(metric: ${metric}, interval: ${interval}) ${postedSeries}`,
      recount.series(metric, interval),
    );
    const [kinds, step] = [pick(someKinds, index), pick(intervals, index + 1)];
    add(
      `kinds_${metric}`,
      `series(metric: ${metric}, interval: ${step}, kinds: [${kinds.join(', ')}]) ${postedSeries}`,
      recount.series(metric, step, kinds),
    );
    add(`known_${metric}`, `known(metric: ${metric})`, recount.known(metric));
    add(`byHour_${metric}`, `byHour(metric: ${metric})`, recount.byHour(metric));
    add(`byWeekday_${metric}`, `byWeekday(metric: ${metric})`, recount.byWeekday(metric));
    if (comparesPosts(metric)) {
      const first = pick([1, 3, 200], index);
      add(
        `topPosts_${metric}`,
        `topPosts(by: ${metric}, first: ${first}) { platformId metrics { impressions impressionsEstimated } }`,
        recount.topPosts(metric, first),
      );
      add(
        `bestTimes_${metric}`,
        `bestTimes(metric: ${metric}, first: 168) { weekday hour posts expected lift }`,
        recount.bestTimes(metric, 168),
      );
    }
    if (comparesPosts(metric) || metric === 'POSTS') {
      const summed = !['ENGAGEMENT_RATE', 'SENTIMENT', 'BITS', 'EMOTES'].includes(metric);
      const step = pick([...calendarIntervals, 'HOUR' as const], index);
      if (summed && (step !== 'HOUR' || recount.length < 300 * dayMs)) {
        add(
          `observed_${metric}`,
          `series(metric: ${metric}, interval: ${step}, basis: OBSERVED) ${series}`,
          recount.observed(metric, step),
        );
      }
    }
  }
  const cell = pick(allMetrics, 0);
  add('byHourOfWeek', `byHourOfWeek(metric: ${cell})`, recount.byHourOfWeek(cell));
  for (const interval of [...calendarIntervals, ...clockIntervals]) {
    const first = pick([1, 5, 200], interval.length);
    add(
      `busiest_${interval}`,
      `busiest(interval: ${interval}, first: ${first}) { start end label posts engagement }`,
      recount.busiest(interval, first),
    );
  }
  for (const kind of termKinds) {
    const first = pick([2, 20], kind.length);
    add(
      `terms_${kind}`,
      `topTerms(kind: ${kind}, first: ${first}) { term kind count share engagement }`,
      recount.topTerms(kind, first),
    );
  }
  const step = pick([...calendarIntervals, 'HOUR' as const], 1);
  add('followers', `followers(interval: ${step}) ${series}`, recount.followers(step, false));
  add('carried', `followers(interval: ${step}, carry: true) ${series}`, recount.followers(step, true));
  return fields;
}

const comparesPosts = (metric: MetricName) => metric !== 'POSTS' && metric !== 'AUTHORS';

/** Where two answers differ. Means may differ in their last digits, because sums are taken in another order. */
function differences(got: unknown, wanted: unknown, path = ''): readonly string[] {
  if (typeof got === 'number' && typeof wanted === 'number') {
    const near = Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
    return near ? [] : [`${path}: ${got}, not ${wanted}`];
  }
  if (typeof got !== 'object' || typeof wanted !== 'object' || got === null || wanted === null) {
    return got === wanted ? [] : [`${path}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];
  }
  const keys = new Set([...Object.keys(got), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) =>
    differences(
      (got as Record<string, unknown>)[key],
      (wanted as Record<string, unknown>)[key],
      `${path}.${key}`,
    ),
  );
}

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

function endOf(end: Run['asked'][number]['from'], moment: number): number | null {
  if (end === null) return null;
  const at = moment + end.distance;
  if (end.align === 'ms') return at;
  if (end.align === 'quarter') return at - (at % 900_000);
  return Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth(), 1);
}

let nextMessage = 0;
/** The differences of messages: nobody likes one, and each has its own instant. */
const asMessage = { kind: 'MESSAGE', metrics: unknownMetrics, hourUnknown: false } as const;

function toGiven(
  account: ReturnType<typeof anAccount>,
  moment: number,
  made: Run['posts'][number],
): GivenPost {
  const isChat = account.platform === 'TWITCH';
  const raw = isChat ? { ...made, ...asMessage } : made;
  const observedAt = moment + raw.seenAt;
  const message = isChat && { platformId: derivedId(nextMessage++) };
  const post: EnrichedPost = aPost(account, {
    ...message,
    ...raw,
    author: {
      platformId: String(raw.author),
      handle: `author${raw.author}`,
      displayName: null,
      avatarUrl: null,
    },
    createdAt: moment + raw.distance - (raw.hourUnknown ? (moment + raw.distance) % dayMs : 0),
    observedAt,
    replyTo: raw.replyTo === null ? null : { postId: null, authorId: null, handle: raw.replyTo },
    repostOf: raw.repostOf === null ? null : { handle: raw.repostOf, postId: null },
    sentiment: raw.sentiment === null ? null : raw.sentiment / 10_000,
  });
  const sightings = [{ observedAt, metrics: raw.metrics, provider: raw.provider }];
  if (raw.seenAgain !== null) {
    const { later } = raw.seenAgain;
    const now = isChat ? unknownMetrics : raw.seenAgain.metrics;
    sightings.push({
      observedAt: observedAt + later,
      metrics: now,
      provider: raw.provider === 'X_API' ? 'X_ARCHIVE' : 'X_API',
    });
  }
  return { post, sightings };
}

/** When whole months, and days of chatters, are computed: every answer stays the same. */
const folding = ['never', 'before more is seen', 'afterwards'] as const;

async function save(
  account: ReturnType<typeof anAccount>,
  given: readonly GivenPost[],
  snapshots: readonly Snapshot[],
  folds: (typeof folding)[number],
) {
  const collectedAt = new Map<ProviderName, number>();
  let streamId = 0;
  for (const nth of [0, 1]) {
    for (const provider of providers) {
      const posts = given.flatMap(({ post, sightings }) => {
        const sighting = sightings[nth];
        if (sighting?.provider !== provider) return [];
        return [{ ...post, metrics: sighting.metrics, observedAt: sighting.observedAt }];
      });
      const options = { provider, collectedAt: Date.UTC(2026, 1, 1 + 2 * nth) };
      const outcome = await savePosts(db, account, posts, options);
      streamId = outcome.streamId;
      if (outcome.inserted + outcome.updated > 0) collectedAt.set(provider, options.collectedAt);
    }
    if (folds === (nth === 0 ? 'before more is seen' : 'afterwards')) {
      while (await foldMonths(db.sql, streamId));
      // Also as they are computed during the current day.
      const middle = given[Math.floor(given.length / 2)]?.post.createdAt;
      while (await foldChatters(db.sql, streamId, nth === 0 ? middle : Date.now()));
    }
  }
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
  await noteFollowers(
    db.sql,
    streamId,
    snapshots.map((snapshot) => ({ ...snapshot, following: null, reportedPosts: null })),
  );
  return collectedAt;
}

describe('every stat equals a recount, whatever the posts, the zone and the range', () => {
  test.each(moments)(
    'where $name',
    async (moment) => {
      await fc.assert(
        fc.asyncProperty(run, async ({ posts, snapshots: levels, asked, turn }) => {
          // A channel's stats are an account's; all moments are after 1970.
          const platform = turn % 2 === 0 ? 'X' : 'TWITCH';
          const account = anAccount({ platform });
          const parent = platform === 'X' ? 'account(handle' : 'channel(login';
          const given = posts.map((raw) => toGiven(account, moment.at, raw));
          const snapshots = levels.map(({ distance: at, followers }) => ({
            observedAt: moment.at + at,
            followers,
          }));
          const collectedAt = await save(
            account,
            given,
            snapshots,
            folding[Math.floor(turn / 2) % 3] ?? 'never',
          );

          for (const [index, { zone: name, ...range }] of asked.entries()) {
            const zone = name === 'own' ? moment.zone : name;
            let [from, to] = [endOf(range.from, moment.at), endOf(range.to, moment.at)];
            if (from !== null && to !== null && from > to) [from, to] = [to, from];
            const recount = new Recount({ given, snapshots, zone, from, to, now: testNow.getTime() });
            const fields = questions(recount, turn + index, collectedAt);
            const ends = [
              ...(from === null ? [] : [`from: "${new Date(from).toISOString()}"`]),
              ...(to === null ? [] : [`to: "${new Date(to).toISOString()}"`]),
            ];
            const scope = `stats(timeZone: "${zone}", range: { ${ends.join(', ')} })`;
            const asking = [...fields].map(([alias, { field }]) => `${alias}: ${field}`);
            // No document may have more than 100 aliases.
            for (let at = 0; at < asking.length; at += 90) {
              const part = asking.slice(at, at + 90).join('\n');
              const answer = await ask(
                app,
                `{ stream: ${parent}: "${account.handle}") { ${scope} { ${part} }
                  posts(filter: { range: { ${ends.join(', ')} }, timeZone: "${zone}" }) { totalCount } } }`,
              );
              expect(answer.errors, scope).toBeUndefined();
              const expected = [...fields].slice(at, at + 90).map(([alias, want]) => [alias, want.expected]);
              expect(answer.data.stream.posts.totalCount, scope).toBe(recount.totals().posts);
              expect(differences(answer.data.stream.stats, Object.fromEntries(expected)), scope).toEqual([]);
            }
          }
        }),
        // Shrinking a failure takes half an hour; the seed and the scope are enough.
        { numRuns: runs, endOnFailure: true },
      );
    },
    runs * 30_000,
  );
});
