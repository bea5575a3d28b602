import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { verifyStream } from '../../../src/ingest/write/recount.ts';
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
  fc.integer({ min: -3, max: 3 }).map((minutes) => minutes * minuteMs),
);
const said = fc.record({
  at: when,
  text: fc.constantFrom('hi', 'Kappa', 'Kappa Kappa so', 'I love this', 'I hate this', 'love Kappa', '1 2 3'),
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

const document = `query ($login: String!, $range: TimeRange, $first: Int!, $offset: Int!) { channel(login: $login) { stats(range: $range) {
  emotes: topPosts(by: EMOTES, first: $first, offset: $offset) { platformId }
  sentiment: topPosts(by: SENTIMENT, first: $first, offset: $offset) { platformId } likes: topPosts(by: LIKES) { platformId }
  quotes: topPosts(by: QUOTES) { platformId } } } }`;

type Top = Record<string, readonly { readonly platformId: string }[]>;

test('the top messages by emotes and by sentiment are those of a plain recount, whatever of their days is made', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ folds, deleted, isFolded, first, offset, ...made }) => {
      const streamId = await newChannel();
      const all = made.said.map(({ at, text }, nth) => ({
        number: 100 * chats + nth,
        at: start + at,
        text,
        login: `v${nth % 3}`,
        userId: String(1 + (nth % 3)),
        emotes: ['Kappa'],
      }));
      const fold = async (now?: number) => {
        while (await foldChatters(db.sql, streamId, now));
      };
      let taken = 0;
      for (const { at, after } of folds.toSorted((a, b) => a.after - b.after)) {
        if (after > taken) await takeLines(db, streamId, all.slice(taken, after).map(lineOf));
        taken = Math.max(taken, after);
        await fold(start + at + 2 * hourMs);
      }
      await takeLines(db, streamId, all.slice(taken).map(lineOf));
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
      const [from, to] = ends.map((end) => (end === null || end === undefined ? null : new Date(end)));
      const { data, errors } = await ask(app, document, {
        login: `chat${chats}`,
        range: { from: from?.toISOString(), to: to?.toISOString() },
        first,
        offset,
      });
      expect(errors).toBeUndefined();
      const stats: Top = data.channel.stats;
      for (const name of ['emotes', 'sentiment'] as const) {
        const value = name === 'emotes' ? db.sql`coalesce(json_array_length(emotes), 0)` : db.sql`sentiment`;
        const expected = await db.sql<{ platformId: string }[]>`
          select platform_id as "platformId" from posts where stream_id = ${streamId} and ${value} is not null
            and created_at >= coalesce(${from ?? null}::timestamptz, '-infinity') and created_at < coalesce(${to ?? null}::timestamptz, 'infinity')
          order by ${value} desc, created_at desc, post_id desc limit ${first} offset ${offset}`;
        expect([name, stats[name]]).toEqual([name, [...expected]]);
      }
      expect([stats.likes, stats.quotes]).toEqual([[], []]);
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
  await takeLines(db, streamId, lines);
  while (await foldChatters(db.sql, streamId));
  await db.sql`update chatter_days set emote_peaks = '{9,1,2}' where stream_id = ${streamId}`;
  const { data } = await ask(app, document, { login: `chat${chats}`, range: null, first: 1, offset: 0 });
  expect(data.channel.stats.emotes).toEqual([{ platformId: messageIdOf(90_000) }]);
});
