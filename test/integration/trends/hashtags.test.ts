import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { beginning, clear, perform, someStep } from '../../support/shared-posts.ts';
import { openStore } from '../../support/store.ts';

type Row = {
  readonly post: string;
  readonly at: number;
  readonly dayOnly: boolean;
  readonly kind: string;
  readonly author: string;
  readonly likes: number | null;
  readonly hashtags: readonly string[];
};
type Question = { readonly zone: string; readonly from: number | null; readonly to: number | null };

const someTags = ['one', 'two', 'three', 'none'];
const tagFields = `tag posts authors firstSeenAt
  days: series(interval: DAY, range: $range, timeZone: $zone) { starts values }
  hours: series(interval: HOUR, range: $range, timeZone: $zone) { starts values }
  related(minRate: $rate) { hashtag { tag } cooccurrenceRate lift posts }
  topPosts(by: LIKES, first: 3) { platformId }`;
const everything = `query ($range: TimeRange, $zone: TimeZone!, $rate: Float!, $end: DateTime!, $window: Duration!) {
  ${someTags.map((tag) => `${tag}: hashtag(tag: "#${tag.toUpperCase()}") { ${tagFields} }`).join('\n')}
  byPosts: topHashtags(range: $range) { hashtag { tag } posts authors engagement }
  byAuthors: topHashtags(range: $range, by: AUTHORS) { hashtag { tag } posts authors engagement }
  authors: topAuthors(range: $range) { author { handle } posts engagement }
  engaged: topAuthors(range: $range, engagedOnly: true) { author { handle } posts engagement }
  fastestGrowingHashtags(window: $window, endingAt: $end) { hashtag { tag } current previous growth }
  hashtagNetwork(range: $range, minRate: $rate) {
    posts nodes { hashtag { tag } posts } edges { source target posts rate lift }
  }
}`;

const iso = (at: number) => new Date(at).toISOString();
const byCode = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const idOf = (key: string) => BigInt(`0x${key.replaceAll('-', '')}`);
const within = ({ from, to }: Question, at: number) =>
  (from === null || at >= from) && (to === null || at < to);
const withTag = (rows: readonly Row[], tag: string) => rows.filter(({ hashtags }) => hashtags.includes(tag));
const authorsOf = (rows: readonly Row[]) => new Set(rows.map(({ author }) => author)).size;
const engagementOf = (rows: readonly Row[]) => {
  const known = rows.flatMap(({ likes }) => (likes === null ? [] : [likes]));
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
};

/** When a post counts in a zone: one without a known time of day at the first instant of its day. */
const momentOf = ({ at, dayOnly }: Row, zone: string) =>
  dayOnly ? Temporal.PlainDate.from(iso(at).slice(0, 10)).toZonedDateTime(zone).epochMilliseconds : at;

/** A series by every instant at which a bucket can start: none of these zones changes its clocks within the posts' days. */
function seriesOf(rows: readonly Row[], unit: 'day' | 'hour', question: Question) {
  const { zone, from, to } = question;
  const startOf = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(zone)
      .round({ smallestUnit: unit, roundingMode: 'floor' }).epochMilliseconds;
  const moments = rows
    .filter(({ dayOnly }) => unit === 'day' || !dayOnly)
    .map((row) => momentOf(row, zone))
    .filter((at) => within(question, at));
  if (moments.length === 0 && (from === null || to === null)) return { starts: [], values: [] };
  if (from !== null && from === to) return { starts: [], values: [] };
  const [first, end] = [from ?? Math.min(...moments), to ?? Math.max(...moments) + 1];
  const starts: number[] = [];
  for (let at = startOf(first); at < end; at += unit === 'day' ? dayMs : hourMs) starts.push(at);
  return {
    starts: starts.map(iso),
    values: starts.map((start) => moments.filter((at) => startOf(at) === start).length),
  };
}

/** The same as in `everything`, counted plainly over the posts, each once. */
function recount(posts: readonly Row[], question: Question, rate: number, end: number, window: number) {
  const all = posts.filter(({ kind }) => kind !== 'REPOST');
  const inRange = all.filter(({ at }) => within(question, at));
  const tags = (rows: readonly Row[]) => [...new Set(rows.flatMap(({ hashtags }) => hashtags))].sort(byCode);
  const hashtags = Object.fromEntries(
    someTags.map((tag) => {
      const mine = withTag(all, tag);
      if (mine.length === 0) return [tag, null];
      const related = tags(mine)
        .filter((other) => other !== tag)
        .map((other) => {
          const both = withTag(mine, other).length;
          const share = withTag(all, other).length / all.length;
          const cooccurrenceRate = both / mine.length;
          return { hashtag: { tag: other }, cooccurrenceRate, lift: cooccurrenceRate / share, posts: both };
        })
        .filter(({ cooccurrenceRate }) => cooccurrenceRate >= rate)
        .sort((a, b) => b.posts - a.posts);
      const top = mine
        .filter(({ likes }) => likes !== null)
        .sort(
          (a, b) => (b.likes ?? 0) - (a.likes ?? 0) || b.at - a.at || (idOf(a.post) < idOf(b.post) ? 1 : -1),
        );
      return [
        tag,
        {
          tag,
          posts: mine.length,
          authors: authorsOf(mine),
          firstSeenAt: iso(Math.min(...mine.map(({ at }) => at))),
          days: seriesOf(mine, 'day', question),
          hours: seriesOf(mine, 'hour', question),
          related,
          topPosts: top.slice(0, 3).map(({ post }) => ({ platformId: String(idOf(post)) })),
        },
      ];
    }),
  );
  const counts = tags(inRange).map((tag) => {
    const mine = withTag(inRange, tag);
    return {
      hashtag: { tag },
      posts: mine.length,
      authors: authorsOf(mine),
      engagement: engagementOf(mine) ?? 0,
    };
  });
  const everyAuthor = posts.filter(({ at }) => within(question, at));
  const authors = [...new Set(everyAuthor.map(({ author }) => author))]
    .sort(byCode)
    .map((author) => {
      const mine = everyAuthor.filter((row) => row.author === author);
      return { author: { handle: `user${author}` }, posts: mine.length, engagement: engagementOf(mine) };
    })
    .sort((a, b) => b.posts - a.posts);
  const growth = tags(all)
    .map((tag) => {
      const between = (from: number, to: number) =>
        withTag(all, tag).filter(({ at }) => at >= from && at < to).length;
      const [current, previous] = [between(end - window, end), between(end - 2 * window, end - window)];
      return { hashtag: { tag }, current, previous, growth: (current - previous) / Math.max(previous, 1) };
    })
    .filter(({ current, previous }) => current > previous)
    .sort((a, b) => b.growth - a.growth || b.current - a.current);
  return {
    ...hashtags,
    byPosts: [...counts].sort((a, b) => b.posts - a.posts),
    byAuthors: [...counts].sort((a, b) => b.authors - a.authors),
    authors,
    engaged: authors.filter(({ engagement }) => (engagement ?? 0) > 0),
    fastestGrowingHashtags: growth,
    hashtagNetwork: networkOf(inRange, tags(inRange), rate),
  };
}

function networkOf(rows: readonly Row[], tags: readonly string[], rate: number) {
  const tagged = rows.filter(({ hashtags }) => hashtags.length > 0);
  const nodes = tags
    .map((tag) => ({ hashtag: { tag }, posts: withTag(tagged, tag).length }))
    .sort((a, b) => b.posts - a.posts);
  const edges = nodes.flatMap((a, at) =>
    nodes.slice(at + 1).flatMap((b) => {
      const posts = withTag(withTag(tagged, a.hashtag.tag), b.hashtag.tag).length;
      const share = posts / Math.min(a.posts, b.posts);
      const lift = (posts * tagged.length) / (a.posts * b.posts);
      const edge = { source: a.hashtag.tag, target: b.hashtag.tag, posts, rate: share, lift };
      return posts > 0 && share >= rate ? [edge] : [];
    }),
  );
  edges.sort((a, b) => b.posts - a.posts || byCode(a.source, b.source) || byCode(a.target, b.target));
  return { posts: tagged.length, nodes, edges };
}

const hour = fc.option(fc.integer({ min: -30, max: 100 }));
const question = fc
  .record({ zone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'), from: hour, to: hour })
  .map(({ zone, from, to }) => {
    const [a, b] = from !== null && to !== null && from > to ? [to, from] : [from, to];
    const at = (hours: number | null) => (hours === null ? null : beginning + hours * hourMs);
    return { zone, from: at(a), to: at(b) };
  });

const db = await openStore();
const app = openApp(db);

test('every figure about hashtags equals a plain recount, with each post once, after deletions and re-imports', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someStep, { minLength: 2, maxLength: 9 }),
      question,
      fc.constantFrom(0, 0.3, 0.6, 1),
      fc.nat(80),
      fc.integer({ min: 1, max: 50 }),
      async (steps, asked, rate, ending, hours) => {
        await clear(db);
        for (const step of steps) {
          await perform(db, step);
          const rows = await db.sql<Row[]>`
            select distinct on (post_id) post_id as post, (extract(epoch from created_at) * 1000)::float8 as at,
              hour_unknown as "dayOnly", kind, author_id as author, likes::float8, hashtags
            from posts join known_posts k using (post_id, stream_id) where posts.own`;
          const end = beginning + ending * hourMs;
          const { data, errors } = await ask(app, everything, {
            range: { from: asked.from && iso(asked.from), to: asked.to && iso(asked.to) },
            zone: asked.zone,
            rate,
            end: iso(end),
            window: `PT${hours}H`,
          });
          expect(errors).toBeUndefined();
          expect(data).toEqual(recount(rows, asked, rate, end, hours * hourMs));
        }
      },
    ),
    { numRuns: 25 },
  );
});

describe('a hashtag', async () => {
  const own = await openStore();
  const api = openApp(own);
  const account = anAccount();
  await savePosts(own, account, [aPost(account, { hashtags: ['öl', '日本'] })]);
  const tagOf = async (tag: string) =>
    ask(api, 'query ($tag: String!) { hashtag(tag: $tag) { tag } }', { tag });

  test.each([
    ['#ÖL', 'öl'],
    ['＃o\u0308l', 'öl'],
    [' Öl ', 'öl'],
    ['日本', '日本'],
  ])('is found as %s', async (written, tag) => {
    expect((await tagOf(written)).data).toEqual({ hashtag: { tag } });
  });

  test('that nobody uses is null', async () => {
    expect((await tagOf('unheard')).data).toEqual({ hashtag: null });
  });

  test.each(['', '#', '##x', '123', '🌊', 'two words', 'a'.repeat(300), 'a-b', '\u0000'])(
    'that is invalid is refused: %j',
    async (written) => {
      const { errors } = await tagOf(written);
      expect(errors?.[0]?.extensions?.code).toBe('BAD_INPUT');
    },
  );

  test.each([
    ['related(minRate: 1.1) { posts }', 'minRate'],
    ['related(minRate: -0.1) { posts }', 'minRate'],
    ['related(first: 0) { posts }', 'first'],
    ['topPosts(by: AUTHORS) { id }', 'AUTHORS'],
    ['topPosts(first: 201) { id }', 'first'],
    ['series(range: { from: "2025-01-02T00:00:00Z", to: "2025-01-01T00:00:00Z" }) { values }', 'range'],
  ])('refuses %s', async (field, named) => {
    const { errors } = await ask(api, `{ hashtag(tag: "öl") { ${field} } }`);
    expect(errors?.[0]?.extensions?.code).toBe('BAD_INPUT');
    expect(errors?.[0]?.message).toContain(named);
  });

  test.each([
    'fastestGrowingHashtags(window: "PT0S") { growth }',
    'fastestGrowingHashtags(window: "-PT1H") { growth }',
    'fastestGrowingHashtags(window: "P36500D") { growth }',
    'fastestGrowingHashtags(first: 201) { growth }',
    'hashtagNetwork(first: 0) { posts }',
    'hashtagNetwork(minRate: 2) { posts }',
  ])('refuses %s of all', async (field) => {
    const { errors } = await ask(api, `{ ${field} }`);
    expect(errors?.[0]?.extensions?.code).toBe('BAD_INPUT');
  });

  test('of the first century has no growth, and no failure', async () => {
    const { data, errors } = await ask(
      api,
      '{ fastestGrowingHashtags(window: "P90D", endingAt: "0001-01-01T00:00:00Z") { growth } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ fastestGrowingHashtags: [] });
  });
});

test('a hundred hashtags take as many statements as one', async () => {
  let statements = 0;
  const counted = await openStore({ onStatement: () => statements++ });
  const api = openApp(counted);
  const account = anAccount();
  const tags = Array.from({ length: 100 }, (_, n) => `tag${n}`);
  await savePosts(
    counted,
    account,
    tags.map((tag) => aPost(account, { hashtags: [tag, 'all'] })),
  );
  const count = async (first: number) => {
    statements = 0;
    const { data, errors } = await ask(
      api,
      `query ($range: TimeRange, $zone: TimeZone!, $rate: Float!, $first: Int!) {
        topHashtags(first: $first) { hashtag { ${tagFields} } } }`,
      { range: null, zone: 'Asia/Kolkata', rate: 0, first },
    );
    expect(errors).toBeUndefined();
    expect(data.topHashtags).toHaveLength(first);
    return statements;
  };
  // The first request reads which streams there are.
  await count(2);
  const one = await count(1);
  // One fewer, because the related hashtags are counted already.
  expect(await count(100)).toBeLessThanOrEqual(one);
});
