import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { verifyStream } from '../../../src/ingest/write/recount.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, messageIdOf, oddUserIds, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { recountChat } from '../../support/recount-chat.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ isDamaged: true });
const app = openApp(db);
const [quarterMs, dayMs] = [900_000, 86_400_000];

let chats = 0;
const newChannel = () =>
  findOrCreateAccount(
    db.sql,
    anAccount({ platform: 'TWITCH', platformId: String(++chats), handle: `chat${chats}` }),
  );

/** Where and when days are unusual: from some days before to some days after. */
const moments = [
  { zone: 'Asia/Kathmandu', at: Date.UTC(2026, 2, 1) },
  { zone: 'America/New_York', at: Date.UTC(2026, 2, 8, 7) },
  { zone: 'America/New_York', at: Date.UTC(2025, 10, 2, 6) },
  { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 3, 4, 15) },
  { zone: 'America/St_Johns', at: Date.UTC(2010, 10, 7, 2, 31) },
  { zone: 'Asia/Gaza', at: Date.UTC(2015, 2, 27, 22, 1) },
] as const;

const distance = fc.oneof(
  fc.integer({ min: -2 * quarterMs, max: 2 * quarterMs }),
  fc.integer({ min: -dayMs, max: dayMs }),
  fc.integer({ min: -16, max: 16 }).map((quarters) => quarters * quarterMs),
  fc.integer({ min: -20 * dayMs, max: 20 * dayMs }),
);
const said = fc.record({
  distance,
  who: fc.nat(oddUserIds.length - 1),
  isFirst: fc.constantFrom(true, false, undefined),
  isReturning: fc.constantFrom(true, false, undefined),
});
const run = fc.record({
  moment: fc.constantFrom(...moments),
  said: fc.array(said, { minLength: 1, maxLength: 40, size: 'max' }),
  /** When days are computed, and how many messages are stored by then. */
  folds: fc.array(fc.record({ at: distance, after: fc.nat(40) }), { maxLength: 3 }),
  /** Which messages are deleted at the end. */
  deleted: fc.array(fc.nat(39), { maxLength: 3 }),
  from: fc.option(distance, { nil: null }),
  to: fc.option(distance, { nil: null }),
  isOwnZone: fc.boolean(),
  weeks: fc.integer({ min: 1, max: 8 }),
  offset: fc.nat(3),
});

const intervals = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
const seriesOf = intervals
  .map((name) => `${name}: series(metric: AUTHORS, interval: ${name}) { starts values }`)
  .join(' ');
const document = `query ($login: String!, $range: TimeRange, $zone: TimeZone!, $weeks: Int!, $offset: Int = 0) { channel(login: $login) {
  stats(range: $range, timeZone: $zone) {
    totals { authors } topAuthors(first: 4, offset: $offset) { posts author { handle } } ${seriesOf} byHour(metric: AUTHORS) byWeekday(metric: AUTHORS) byHourOfWeek(metric: AUTHORS)
  }
  chat(range: $range, timeZone: $zone, bots: true) {
    chatters arrivals { newChatters returningChatters markedReturning } retention(weeks: $weeks) { start chatters kept } } } }`;

type Message = { readonly author: string; readonly at: number };

/** The local day and hour of an instant, by Intl. */
function clockOf(zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  return (at: number) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = `${parts.year}-${parts.month}-${parts.day}`;
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    return { day, month: day.slice(0, 7), hour: Number(parts.hour), weekday };
  };
}

const distinct = (messages: readonly Message[]) => new Set(messages.map(({ author }) => author)).size;

/** Chatters by their messages, most first; equal ones by id, which is @ and the login when no log tells it. */
function topOf(messages: readonly Message[], chat: number) {
  const counts = new Map<string, number>();
  for (const { author } of messages) counts.set(author, (counts.get(author) ?? 0) + 1);
  const idOf = (author: string) => oddUserIds[Number(author.slice(1))] || `@c${chat}${author}`;
  return [...counts]
    .sort(([a, most], [b, more]) => more - most || (idOf(a) < idOf(b) ? -1 : 1))
    .map(([author, posts]) => ({ posts, author: { handle: `c${chat}${author}` } }));
}

/** Compares series and rhythms of distinct authors with a plain recount. */
function expectAuthors(stats: Record<string, unknown>, messages: readonly Message[], zone: string) {
  const clock = clockOf(zone);
  const countBy = (keyOf: (at: number) => unknown, key: unknown) =>
    distinct(messages.filter(({ at }) => keyOf(at) === key));
  const { DAY, MONTH } = stats as Record<
    string,
    { readonly starts: readonly string[]; readonly values: readonly number[] }
  >;
  for (const [at, start] of (DAY?.starts ?? []).entries()) {
    const { day } = clock(Date.parse(start));
    expect([day, DAY?.values[at]]).toEqual([day, countBy((when) => clock(when).day, day)]);
  }
  for (const [at, start] of (MONTH?.starts ?? []).entries()) {
    const { month } = clock(Date.parse(start));
    expect([month, MONTH?.values[at]]).toEqual([month, countBy((when) => clock(when).month, month)]);
  }
  const hours = Array.from({ length: 24 }, (_, hour) => countBy((at) => clock(at).hour, hour));
  expect(stats.byHour).toEqual(hours);
  const weekdays = Array.from({ length: 7 }, (_, day) => countBy((at) => clock(at).weekday, day));
  expect(stats.byWeekday).toEqual(weekdays);
  expect((stats.byHourOfWeek as number[][]).flat()).toEqual(
    Array.from({ length: 168 }, (_, slot) => countBy((at) => 24 * clock(at).weekday + clock(at).hour, slot)),
  );
}

test('chatters equal a plain recount, whichever of their days are computed, in every zone and range', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ moment, folds, deleted, isOwnZone, weeks, offset, ...made }) => {
      const streamId = await newChannel();
      const chat = chats;
      const zone = isOwnZone ? moment.zone : 'UTC';
      const ordered = made.said.map((one, number) => ({
        ...one,
        number: 100 * chat + number,
        at: moment.at + one.distance,
      }));
      const lines = ordered.map(({ number, who, at, isFirst, isReturning }) =>
        lineOf({
          number,
          login: `c${chat}v${who}`,
          userId: oddUserIds[who] ?? '',
          at,
          text: 'hi',
          isFirst,
          isReturning,
        }),
      );
      let taken = 0;
      for (const { at, after } of folds.toSorted((a, b) => a.after - b.after)) {
        if (after > taken) await takeLines(db, streamId, lines.slice(taken, after));
        taken = Math.max(taken, after);
        while (await foldChatters(db.sql, streamId, moment.at + at));
      }
      await takeLines(db, streamId, lines.slice(taken));
      const gone = ordered.filter((_, at) => deleted.includes(at));
      await takeLines(
        db,
        streamId,
        gone.map(
          ({ number, at }) =>
            `@target-msg-id=${messageIdOf(number)};tmi-sent-ts=${at} :tmi.twitch.tv CLEARMSG #chan :x`,
        ),
      );
      const all = ordered
        .filter((one) => !gone.includes(one))
        .map(({ who, at, isFirst, isReturning }) => ({
          author: `v${who}`,
          at,
          text: 'hi',
          emotes: [],
          isFirst,
          isReturning,
        }));
      let [from, to] = [made.from, made.to].map((end) => (end === null ? null : moment.at + end)) as [
        number | null,
        number | null,
      ];
      if (from !== null && to !== null && from > to) [from, to] = [to, from];
      const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
      const { data, errors } = await ask(app, document, {
        login: `chat${chat}`,
        range: { from: iso(from), to: iso(to) },
        zone,
        weeks,
        offset,
      });
      expect(errors).toBeUndefined();
      const within = all.filter(({ at }) => (from === null || at >= from) && (to === null || at < to));
      const { chatters, arrivals, retention } = recountChat({
        messages: all,
        isLeftOut: () => false,
        from,
        to,
        zone,
        weeks,
      });
      const { stats, chat: told } = data.channel;
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
      expect(stats.totals.authors).toBe(distinct(within));
      expect(stats.topAuthors).toEqual(topOf(within, chat).slice(offset, offset + 4));
      expect(told.chatters).toBe(chatters);
      expect(told.arrivals).toEqual(arrivals);
      expect(
        told.retention.map(({ chatters: of, kept }: Record<string, unknown>) => ({ chatters: of, kept })),
      ).toEqual(retention.map(({ chatters: of, kept }) => ({ chatters: of, kept })));
      expectAuthors(stats, within, zone);
    }),
    { numRuns: 40 },
  );
});

test('a chatter who writes in the quarter-hour in which clocks are set back over midnight wrote the day before', async () => {
  const streamId = await newChannel();
  const at = Date.UTC(2010, 10, 7, 2, 35);
  await takeLines(db, streamId, [lineOf({ number: 2, login: 'ann', userId: '5', at, text: 'hi' })]);
  while (await foldChatters(db.sql, streamId));
  const variables = { login: `chat${chats}`, range: null, zone: 'America/St_Johns', weeks: 2 };
  const { data } = await ask(app, document, variables);
  const { stats } = data.channel;
  expect(stats.DAY).toEqual({ starts: ['2010-11-06T02:30:00.000Z'], values: [1] });
  expect(stats.byHour[23]).toBe(1);
});

test('a range that begins in an hour that is repeated has its day', async () => {
  const streamId = await newChannel();
  const at = Date.UTC(2010, 10, 7, 2, 46);
  await takeLines(db, streamId, [lineOf({ number: 3, login: 'ann', userId: '5', at, text: 'hi' })]);
  const range = { from: new Date(at).toISOString(), to: new Date(at + 1).toISOString() };
  const variables = { login: `chat${chats}`, range, zone: 'America/St_Johns', weeks: 1 };
  const { data } = await ask(app, document, variables);
  expect(data.channel.stats.DAY).toEqual({ starts: ['2010-11-06T02:30:00.000Z'], values: [1] });
});

test('they are read from the computed days, even when these are wrong', async () => {
  const streamId = await newChannel();
  const at = Date.UTC(2026, 0, 31, 12);
  await takeLines(db, streamId, [lineOf({ number: 1, login: 'ann', userId: '5', at, text: 'hi' })]);
  while (await foldChatters(db.sql, streamId));
  await db.sql`
    update chatter_days set chatters = 2, ids = '\\x010501', counts = '\\x0101', quarters = '\\x3030', marks = '\\x0405'
    where stream_id = ${streamId}`;
  const { data } = await ask(app, document, {
    login: `chat${chats}`,
    range: null,
    zone: 'Asia/Kathmandu',
    weeks: 2,
  });
  const { stats, chat } = data.channel;
  expect(stats.DAY.values).toEqual([2]);
  expect(stats.byHour[17]).toBe(2);
  expect(chat.retention).toMatchObject([{ chatters: 2 }]);
});
