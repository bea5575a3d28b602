import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { countWritten } from '../../../src/entities/chatter/query.ts';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { type Answer, ask, openApp } from '../../support/app.ts';
import { lineOf, type Said, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { type Message, recountChat } from '../../support/recount-chat.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ isDamaged: true });
const app = openApp(db, { chatBots: new Set(['nightbot', 'ourbot']) });
const start = Date.UTC(2026, 2, 20);
const dayMs = 86_400_000;
const runs = Number(process.env.RECOUNT_RUNS ?? 6);

const logins = ['ann', 'bob', 'zoe', 'kim', 'nightbot', 'OurBot', 'lee'];
const known = ['Kappa', 'LUL', '猫'];
const word = fc.constantFrom(
  'Kappa',
  'LUL',
  '猫',
  'so',
  'what?',
  '哪？',
  'huh?!',
  'a?b',
  '@ann',
  '!so',
  'a@b',
  '👍',
  'x.example/?q',
);
const said = fc.record({
  who: fc.nat(logins.length - 1),
  /** Minutes and seconds since the start: close together, or weeks apart. */
  ms: fc.oneof(
    fc.integer({ min: 0, max: 90_000 }),
    // So far that a range can include whole months.
    fc.integer({ min: 0, max: 75 * dayMs }),
    fc.nat(75).map((days) => days * dayMs),
  ),
  text: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  isFirst: fc.constantFrom(true, false, undefined, undefined),
  isReturning: fc.constantFrom(true, false, undefined),
});
const end = fc.option(
  fc.oneof(
    fc.integer({ min: -1, max: 76 }).map((days) => start + days * dayMs),
    fc.integer({ min: 0, max: 75 * 96 }).map((quarters) => start + quarters * 900_000),
    fc.integer({ min: 0, max: 100_000 }).map((ms) => start + ms),
    fc.integer({ min: 0, max: 75 * dayMs }).map((ms) => start + ms),
  ),
  { nil: null },
);
const run = fc.record({
  said: fc.uniqueArray(said, { maxLength: 80, size: 'max', selector: ({ ms, text }) => `${ms} ${text}` }),
  asked: fc.array(
    fc.record({ from: end, to: end, zone: fc.constantFrom('UTC', 'Europe/Berlin'), bots: fc.boolean() }),
    {
      minLength: 2,
      maxLength: 3,
    },
  ),
  /** How many messages there are when days are made; null: none are made. */
  foldedAfter: fc.option(fc.nat(80), { nil: null }),
  weeks: fc.integer({ min: 1, max: 8 }),
  /** Whether every message says whether it is the chatter's first one, as in a collected chat. */
  isMarked: fc.boolean(),
});

const chatFields = `messages chatters ${['emoteOnly', 'questions', 'commands', 'mentions', 'duplicates']
  .map((name) => `${name} { messages of share }`)
  .join(' ')} arrivals { newChatters returningChatters markedReturning }
  retention(weeks: $weeks) { start chatters kept } leftOut { posts author { handle } }`;
const document = `query ($login: String!, $range: TimeRange, $zone: TimeZone!, $bots: Boolean!, $weeks: Int!) {
  channel(login: $login) { chat(range: $range, timeZone: $zone, bots: $bots) { ${chatFields} } } }`;
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const isBot = ({ author }: Message) => ['nightbot', 'ourbot'].includes(author);
const toMessage = ({ login, at, text, isFirst, isReturning }: Said): Message => ({
  author: login.toLowerCase(),
  at,
  text,
  emotes: known,
  isFirst,
  isReturning,
});

/** The answer of the API, in the form of the recount. */
function shown({ data, errors }: Answer) {
  expect(errors).toBeUndefined();
  const { leftOut, ...chat } = data.channel.chat;
  const retention = chat.retention.map(({ start: from, ...rest }: { start: string }) => ({
    start: Date.parse(from),
    ...rest,
  }));
  return { leftOut, chat: { ...chat, retention } };
}

test('the numbers of a chat equal a plain count of its messages, with bots and without', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ said: given, asked, weeks, isMarked, foldedAfter }) => {
      const channel = anAccount({ platform: 'TWITCH' });
      const streamId = await findOrCreateAccount(db.sql, channel);
      const all = given.map(({ who, ms, ...rest }, number): Said => {
        const login = logins[who] ?? '';
        const isFirst = rest.isFirst ?? (isMarked ? false : undefined);
        const userId = String(who + 1);
        return { number, login, userId, at: start + ms, emotes: known, ...rest, isFirst };
      });
      // With equal instants it would be open which of two came first.
      const messages = all.map((each, index) => ({ ...each, at: each.at - (each.at % 1_000) + index }));
      const lines = messages.map(lineOf);
      await takeLines(db, streamId, lines.slice(0, foldedAfter ?? 0));
      if (foldedAfter !== null) while (await foldChatters(db.sql, streamId));
      await takeLines(db, streamId, lines.slice(foldedAfter ?? 0));
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
      const counted = messages.map(toMessage);
      for (const { zone, bots, ...ends } of asked) {
        const turned = ends.from !== null && ends.to !== null && ends.from > ends.to;
        const { from, to } = turned ? { from: ends.to, to: ends.from } : ends;
        const range = { from: iso(from), to: iso(to) };
        const answer = shown(await ask(app, document, { login: channel.handle, range, zone, bots, weeks }));
        const isLeftOut = (message: Message) => !bots && isBot(message);
        expect(answer.chat).toEqual(recountChat({ messages: counted, isLeftOut, from, to, zone, weeks }));
        const inRange = counted.filter(
          (message) =>
            isBot(message) && (from === null || message.at >= from) && (to === null || message.at < to),
        );
        const left = bots ? [] : inRange;
        expect(
          answer.leftOut
            .map((each: { posts: number; author: { handle: string } }) => [
              each.author.handle.toLowerCase(),
              each.posts,
            ])
            .sort(),
        ).toEqual(
          [...new Set(left.map(({ author }) => author))]
            .map((author) => [author, left.filter((each) => each.author === author).length])
            .sort(),
        );
      }
    }),
    { numRuns: runs },
  );
}, 120_000);

test('of a chatter who writes hundreds of messages in a quarter-hour each one counts', async () => {
  const channel = anAccount({ platform: 'TWITCH' });
  const streamId = await findOrCreateAccount(db.sql, channel);
  // One trait each, and all of them together.
  const texts = ['Kappa', 'what?', '!so', '@ann hi', '!so @ann Kappa?', 'so'];
  const messages = Array.from({ length: 1_200 }, (_, number): Said => {
    const who = number % 300 === 0 ? 0 : 4;
    const text = texts[number % 7 === 6 ? 5 : number % 6] ?? '';
    const at = start + number * 1_000;
    return { number, login: logins[who] ?? '', userId: String(who + 1), at, emotes: known, text };
  });
  await takeLines(db, streamId, messages.map(lineOf));
  while (await foldChatters(db.sql, streamId));
  const counted = messages.map(toMessage);
  for (const [from, to] of [
    [start - dayMs, start + dayMs],
    [start + 1, start + 2 * dayMs],
    [start + 900_000, start + dayMs],
    [start, start + 900_000],
  ] as const) {
    const asked = { login: channel.handle, range: { from: iso(from), to: iso(to) }, zone: 'UTC', weeks: 1 };
    for (const bots of [false, true]) {
      const { chat, leftOut } = shown(await ask(app, document, { ...asked, bots }));
      const isLeftOut = (message: Message) => !bots && isBot(message);
      expect(chat).toEqual(recountChat({ messages: counted, isLeftOut, from, to, zone: 'UTC', weeks: 1 }));
      const theirs = counted.filter((each) => isBot(each) && each.at >= from && each.at < to).length;
      expect(leftOut.map(({ posts }: { posts: number }) => posts)).toEqual(bots ? [] : [theirs]);
    }
  }
});

const shared = fc.record({
  given: fc.array(fc.tuple(fc.nat(1), said), { maxLength: 40 }),
  from: fc.oneof(
    end,
    fc.integer({ min: 0, max: 75 * dayMs }).map((ms) => start + ms),
  ),
  /** Whether days of chatters are computed. */
  isFolded: fc.boolean(),
});

test('two channels share the chatters who wrote in both in the range, by id or by name', async () => {
  await fc.assert(
    fc.asyncProperty(shared, async ({ given, from, isFolded }) => {
      const channels = [anAccount({ platform: 'TWITCH' }), anAccount({ platform: 'TWITCH' })] as const;
      const chatters = [new Set<string>(), new Set<string>()] as const;
      for (const [at, channel] of channels.entries()) {
        const streamId = await findOrCreateAccount(db.sql, channel);
        const lines = given
          .filter(([where]) => where === at)
          .map(([, { who, ms, text }], number): Said => {
            const sent = start + ms;
            if (from === null || sent >= from) chatters[at]?.add(logins[who] ?? '');
            // One of them is known only by name in the second channel, as from a log.
            const userId = who === 3 && at === 1 ? '' : String(who + 1);
            return { number, login: logins[who] ?? '', userId, at: sent, text };
          });
        await takeLines(db, streamId, lines.map(lineOf));
        while (isFolded && (await foldChatters(db.sql, streamId)));
      }
      const [one, other] = channels;
      const { data, errors } = await ask(
        app,
        'query ($login: String!, $with: String!, $range: TimeRange) { channel(login: $login) { overlap(with: $with, range: $range) { chatters others shared share } } }',
        { login: one.handle, with: other.handle, range: { from: iso(from), to: null } },
      );
      expect(errors).toBeUndefined();
      const inBoth = [...chatters[0]].filter((login) => chatters[1].has(login)).length;
      expect(data.channel.overlap).toEqual({
        chatters: chatters[0].size,
        others: chatters[1].size,
        shared: inBoth,
        share: chatters[0].size === 0 ? null : inBoth / chatters[0].size,
      });
    }),
    { numRuns: runs },
  );
  const { data } = await ask(app, `{ channel(login: "nobody") { overlap(with: "noone") { shared } } }`);
  expect(data.channel).toBeNull();
}, 120_000);

test('two ids with the same name are two chatters: a released login may go to somebody else', async () => {
  const [one, other] = [anAccount({ platform: 'TWITCH' }), anAccount({ platform: 'TWITCH' })];
  for (const [channel, userId] of [[one, '41'] as const, [other, '42'] as const]) {
    const streamId = await findOrCreateAccount(db.sql, channel);
    const said = { number: Number(userId), login: 'ann', userId, at: start, text: 'hi' };
    await takeLines(db, streamId, [lineOf(said)]);
  }
  const { data } = await ask(
    app,
    `{ channel(login: "${one.handle}") { overlap(with: "${other.handle}") { chatters others shared } } }`,
  );
  expect(data.channel.overlap).toEqual({ chatters: 1, others: 1, shared: 0 });
});

test('a chatter has a page of their own, under each name that they had', async () => {
  const channel = anAccount({ platform: 'TWITCH' });
  const streamId = await findOrCreateAccount(db.sql, channel);
  const say = (number: number, login: string, at: number) =>
    lineOf({ number, login, userId: '77', at: start + at, text: `message ${number}` });
  const early = [1, 2, 3].map((number) => say(number, 'oldname', number * 1_000));
  await takeLines(db, streamId, [
    ...early,
    lineOf({ number: 9, login: 'else', userId: '78', at: start, text: 'hi' }),
  ]);
  await takeLines(db, streamId, [say(4, 'NewName', 9_000)], Date.UTC(2026, 4, 1));
  const page = `author { handle } messageCount firstAt lastAt names
    messages(first: 3) { totalCount nodes { text } pageInfo { hasNextPage } }`;
  const { data, errors } = await ask(
    app,
    `{ channel(login: "${channel.handle}") { now: chatter(login: "@NEWNAME") { ${page} }
      before: chatter(login: "oldname") { ${page} } nobody: chatter(login: "nobody") { names } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.channel.now).toEqual({
    author: { handle: 'newname' },
    messageCount: 4,
    firstAt: iso(start + 1_000),
    lastAt: iso(start + 9_000),
    names: ['newname', 'oldname'],
    messages: {
      totalCount: 4,
      nodes: [{ text: 'message 4' }, { text: 'message 3' }, { text: 'message 2' }],
      pageInfo: { hasNextPage: true },
    },
  });
  expect(data.channel.before).toEqual(data.channel.now);
  expect(data.channel.nobody).toBeNull();
});

test.each([
  ['their messages are few', { read: 4, near: 1 }],
  ['theirs are among the first and the last of the channel', { read: 3, near: 3 }],
  ['theirs are elsewhere', { read: 3, near: 1 }],
])('how much a chatter wrote, and when, is known when %s', async (_when, limits) => {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH' }));
  // The others' messages are the first and the last.
  const writers = ['80', '81', '81', '82', '82', '81', '81', '80'];
  const lines = writers.map((userId, number) =>
    lineOf({ number, login: `user${userId}`, userId, at: start + number * 1_000, text: 'hi' }),
  );
  await takeLines(db, streamId, lines);
  const written = (authorIds: readonly string[]) => countWritten(db, { streamId, authorIds }, limits);
  expect(await written(['81'])).toEqual({ messages: 4, first: start + 1_000, last: start + 6_000 });
  expect(await written(['82', '81'])).toEqual({ messages: 6, first: start + 1_000, last: start + 6_000 });
  expect(await written(['90'])).toEqual({ messages: 0, first: null, last: null });
});

test('invalid arguments are refused with the rule', async () => {
  const channel = anAccount({ platform: 'TWITCH' });
  await findOrCreateAccount(db.sql, channel);
  for (const [field, message] of [
    ['chat { retention(weeks: 27) { chatters } }', 'Invalid weeks: 27 asked, 1 to 26 allowed'],
    ['chatter(login: " @ ") { names }', 'Not the name of a chatter'],
    ['overlap(with: "two words") { shared }', 'Not a login on Twitch'],
  ] as const) {
    const { errors } = await ask(app, `{ channel(login: "${channel.handle}") { ${field} } }`);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
    expect(errors?.[0]?.message).toContain(message);
  }
});

test('in a chat whose days are not computed yet, only a limited number of messages is read', async () => {
  const channel = anAccount({ platform: 'TWITCH' });
  const streamId = await findOrCreateAccount(db.sql, channel);
  const lines = [Date.UTC(2026, 2, 20), Date.UTC(2026, 3, 15), Date.UTC(2026, 4, 10)].map((at, number) =>
    lineOf({ number, login: `chatter${number}`, userId: String(number + 1), at, text: 'hi' }),
  );
  await takeLines(db, streamId, lines);
  // As many as in a busy chat: only the number counts.
  await db.sql`update activity set posts = 5000000 where stream_id = ${streamId} and bucket = '2026-04-15Z'`;
  const range = { from: '2026-04-10T00:00:00Z', to: null };
  const asked = async (fields: string) => {
    // What was returned before stays the same.
    await db.sql`update streams set version = version + 1, derived_version = derived_version + 1 where stream_id = ${streamId}`;
    return ask(
      app,
      `query ($login: String!, $range: TimeRange) { channel(login: $login) { chat(range: $range) { ${fields} } } }`,
      { login: channel.handle, range },
    );
  };
  const [arrivals, retention] = ['arrivals { newChatters }', 'retention { chatters }'];
  expect(await asked(arrivals)).toMatchObject({
    data: { channel: { chat: { arrivals: { newChatters: 2 } } } },
  });
  expect((await asked(retention)).errors).toBeUndefined();
  // As an older release wrote it.
  await db.sql`update streams set derivation = 1 where stream_id = ${streamId}`;
  for (const field of [arrivals, retention])
    expect(await asked(field)).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
});

test.each([
  [
    'days',
    (streamId: number) => db.sql`
      update chatter_days set word_tally = decode(repeat('00', 64000001), 'hex') where stream_id = ${streamId} and day = '2026-03-22'`,
  ],
  [
    'months',
    (streamId: number) => db.sql`
      update tally_months set "values" = array(select md5(n::text) from generate_series(1, 1000000) n)
      where stream_id = ${streamId} and dimension = 'WORD' and month = '2026-04-01'`,
  ],
])(
  'a range is refused when the terms of its %s are too many, and a shorter one is not',
  async (_of, enlarge) => {
    const channel = anAccount({ platform: 'TWITCH' });
    const streamId = await findOrCreateAccount(db.sql, channel);
    const lines = [0, 1, 2, 20, 46, 60].map((day, number) =>
      lineOf({ number, login: 'ann', userId: '1', at: start + day * dayMs, text: `so many words ${number}` }),
    );
    await takeLines(db, streamId, lines);
    while (await foldChatters(db.sql, streamId));
    expect((await enlarge(streamId)).count).toBe(1);
    await db.sql`update streams set version = version + 1, derived_version = derived_version + 1 where stream_id = ${streamId}`;
    const askUntil = (to: number) =>
      ask(
        app,
        `query ($login: String!, $range: TimeRange) { channel(login: $login) {
        stats(timeZone: "UTC", range: $range) { topTerms(kind: WORD, first: 1) { count } } } }`,
        { login: channel.handle, range: { from: iso(start), to: iso(to) } },
      );
    expect(await askUntil(start + 50 * dayMs)).toMatchObject({
      errors: [
        {
          message: 'Too many different terms; give a shorter range',
          extensions: { code: 'QUERY_TOO_COMPLEX' },
        },
      ],
    });
    expect((await askUntil(start + 2 * dayMs)).data?.channel.stats).toEqual({ topTerms: [{ count: 2 }] });
  },
);
