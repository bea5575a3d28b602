import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { verifyStream } from '../../../src/ingest/write/recount.ts';
import { type Dimension, usesOf } from '../../../src/db/dimensions.ts';
import { daysIn } from '../../../src/shared/day-range.ts';
import type { Range } from '../../../src/shared/range.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, messageIdOf, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ isDamaged: true });
const app = openApp(db);
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const start = Date.UTC(2026, 2, 1);

let chats = 0;
const newChannel = () =>
  findOrCreateAccount(
    db.sql,
    anAccount({ platform: 'TWITCH', platformId: String(++chats), handle: `chat${chats}` }),
  );

/** Near each other, so that minutes have several messages and figures are often equal. */
const when = fc.oneof(
  fc.nat(3 * minuteMs),
  fc.nat(4 * hourMs),
  fc.integer({ min: -dayMs, max: 2 * dayMs }),
  fc.integer({ min: -40 * dayMs, max: 40 * dayMs }),
  fc.integer({ min: -3, max: 3 }).map((minutes) => minutes * minuteMs),
);
const said = fc.record({
  at: when,
  /** Whether only its day is known. */
  hourUnknown: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
  text: fc.constantFrom(
    'hi',
    'Kappa',
    'Kappa Kappa so',
    'I love this',
    'I hate this',
    'love Kappa',
    '1 2 3',
    '!so @ann',
    '@bob hi',
  ),
});
const run = fc.record({
  said: fc.array(said, { minLength: 1, maxLength: 40, size: 'max' }),
  folds: fc.array(fc.record({ at: when, after: fc.nat(40) }), { maxLength: 3 }),
  /** Some messages that are deleted in the end, and whether days are made after that. */
  deleted: fc.array(fc.nat(39), { maxLength: 3 }),
  isFolded: fc.boolean(),
  from: fc.option(when, { nil: null }),
  to: fc.option(when, { nil: null }),
  first: fc.integer({ min: 1, max: 12 }),
  offset: fc.oneof(fc.constant(0), fc.nat(30)),
});

const dimensions = ['WORD', 'EMOTE', 'COMMAND', 'MENTION', 'LANGUAGE'] as const;
const document = `query ($login: String!, $range: TimeRange, $first: Int!, $offset: Int!) { channel(login: $login) { stats(range: $range) {
  emotes: topPosts(by: EMOTES, first: $first, offset: $offset) { platformId }
  sentiment: topPosts(by: SENTIMENT, first: $first, offset: $offset) { platformId } likes: topPosts(by: LIKES) { platformId }
  quotes: topPosts(by: QUOTES) { platformId } topAuthors(first: 5) { posts author { handle } } known(metric: SENTIMENT)
  providers { posts } ${dimensions.map((kind) => `${kind}: topTerms(kind: ${kind}, first: 3) { term count ${kind === 'WORD' ? 'previous' : ''} }`).join(' ')} } } }`;

type Top = Record<string, unknown>;

test('the top messages, terms and chatters of a range are those of a plain recount, whatever of their days is made', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ folds, deleted, isFolded, first, offset, ...made }) => {
      const streamId = await newChannel();
      const all = made.said.map(({ at, text, hourUnknown }, nth) => ({
        number: 100 * chats + nth,
        at: hourUnknown ? Math.floor((start + at) / dayMs) * dayMs : start + at,
        text,
        hourUnknown,
        login: `v${nth % 3}`,
        userId: String(1 + (nth % 3)),
        emotes: ['Kappa'],
      }));
      const fold = async (now?: number) => {
        while (await foldChatters(db.sql, streamId, now));
      };
      const take = async (some: typeof all) => {
        for (const hourUnknown of [true, false]) {
          const lines = some.filter((one) => one.hourUnknown === hourUnknown).map(lineOf);
          await takeLines(db, streamId, lines, undefined, (post) => ({ ...post, hourUnknown }));
        }
      };
      let taken = 0;
      for (const { at, after } of folds.toSorted((a, b) => a.after - b.after)) {
        if (after > taken) await take(all.slice(taken, after));
        taken = Math.max(taken, after);
        await fold(start + at + 2 * hourMs);
      }
      await take(all.slice(taken));
      const gone = all.filter((_, nth) => deleted.includes(nth));
      const deletions = gone.map(
        ({ number, at }) =>
          `@target-msg-id=${messageIdOf(number)};tmi-sent-ts=${at} :tmi.twitch.tv CLEARMSG #chan :x`,
      );
      await takeLines(db, streamId, deletions);
      if (isFolded) await fold();
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
      const ends = [made.from, made.to].map((end) => (end === null ? null : start + end));
      if (made.from !== null && made.to !== null && made.from > made.to) ends.reverse();
      const [from = null, to = null] = ends;
      const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
      const { data, errors } = await ask(app, document, {
        login: `chat${chats}`,
        range: { from: iso(from), to: iso(to) },
        first,
        offset,
      });
      expect(errors).toBeUndefined();
      const stats: Top = data.channel.stats;
      const within = ({ from: first, to: last }: Range) =>
        `p.created_at >= '${iso(first) ?? '-infinity'}' and p.created_at < '${iso(last) ?? 'infinity'}'`;
      const isIn = (range: Range) =>
        `case when p.hour_unknown then ${within(daysIn('UTC', range))} else ${within(range)} end`;
      const inRange = isIn({ from, to });
      const tally = async (dimension: Dimension, range: Range = { from, to }) => {
        const uses = usesOf(dimension, `p.stream_id = ${streamId} and ${isIn(range)}`);
        const rows = await db.sql.unsafe<{ value: string; posts: number }[]>(
          `select value, count(*)::int as posts from (${uses}) u group by 1 order by posts desc, value collate "C"`,
        );
        return rows.map(({ value, posts }) => ({ value, posts }));
      };
      for (const name of ['emotes', 'sentiment'] as const) {
        const value = name === 'emotes' ? db.sql`coalesce(json_array_length(emotes), 0)` : db.sql`sentiment`;
        const expected = await db.sql<{ platformId: string }[]>`
          select platform_id as "platformId" from posts p where stream_id = ${streamId} and ${value} is not null
            and ${db.sql.unsafe(inRange)}
          order by ${value} desc, created_at desc, post_id desc limit ${first} offset ${offset}`;
        expect([name, stats[name]]).toEqual([name, [...expected]]);
      }
      expect([stats.likes, stats.quotes]).toEqual([[], []]);
      for (const kind of dimensions) {
        const expected = (await tally(kind))
          .slice(0, 3)
          .map(({ value, posts }) => ({ term: value, count: posts }));
        expect([kind, stats[kind]]).toMatchObject([kind, expected]);
      }
      if (from !== null && to !== null) {
        const before = await tally('WORD', { from: from - (to - from), to: from });
        for (const { term, previous } of stats.WORD as { term: string; previous: number }[])
          expect([term, previous]).toEqual([term, before.find(({ value }) => value === term)?.posts ?? 0]);
      }
      const authors = (await tally('AUTHOR')).slice(0, 5);
      expect(stats.topAuthors).toEqual(
        authors.map(({ value, posts }) => ({ posts, author: { handle: `v${Number(value) - 1}` } })),
      );
      expect(stats.providers).toEqual((await tally('PROVIDER')).map(({ posts }) => ({ posts })));
      const known = new Map((await tally('KNOWN')).map(({ value, posts }) => [value, posts]));
      const [posts = 0, scored = 0] = [known.get('POSTS'), known.get('SENTIMENT')];
      expect(stats.known).toBe(posts === 0 ? null : scored / posts);
    }),
    { numRuns: 40 },
  );
});

test('they are read from the days that are made, whatever stands there', async () => {
  const streamId = await newChannel();
  const texts = ['Kappa', 'Kappa Kappa', 'Kappa Kappa Kappa'];
  const lines = texts.map((text, nth) => {
    const ofChatter = { number: 90_000 + nth, login: 'ann', userId: '5' };
    return lineOf({ ...ofChatter, at: start + nth * minuteMs, text, emotes: ['Kappa'] });
  });
  const later = { number: 90_009, login: 'bob', userId: '6', at: start + 2 * dayMs, text: 'hi' };
  await takeLines(db, streamId, [...lines, lineOf(later)]);
  while (await foldChatters(db.sql, streamId));
  await db.sql`
    update chatter_days set emote_peaks = '{9,1,2}', emote_tally = '\\x506f670007', posts = '\\x09' where stream_id = ${streamId} and day = '2026-03-01'`;
  const { data } = await ask(app, document, {
    login: `chat${chats}`,
    range: { from: '2026-02-28T12:00:00Z', to: '2026-03-02T00:00:00Z' },
    first: 1,
    offset: 0,
  });
  expect(data.channel.stats.EMOTE).toEqual([{ term: 'Pog', count: 7 }]);
  expect(data.channel.stats.topAuthors).toEqual([{ posts: 9, author: { handle: 'ann' } }]);
  expect(data.channel.stats.emotes).toEqual([{ platformId: messageIdOf(90_000) }]);
});
