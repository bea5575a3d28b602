import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectStreams } from '../../../src/entities/stream/query.ts';
import { sql } from 'drizzle-orm';
import { foldMonths } from '../../../src/ingest/folding/months.ts';
import { foldTallies } from '../../../src/ingest/folding/tallies.ts';
import { verifyStream } from '../../support/verify.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { optOutChatter } from '../../../src/streams/opt-out.ts';
import { mendRollups, rebuildStream } from '../../../src/streams/rebuild.ts';
import { removeExpired } from '../../../src/streams/retain.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, messageIdOf, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const start = Date.UTC(2026, 0, 31, 23, 50);
const minuteMs = 60_000;
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

let chats = 0;
const newChannel = () =>
  findOrCreateAccount(
    db.sql,
    anAccount({ platform: 'TWITCH', platformId: String(++chats), handle: `chat${chats}` }),
  );

/** Over the end of a month, a few messages in each minute. */
const ms = fc.nat(20 * minuteMs);
const said = fc.record({
  number: fc.nat(30),
  who: fc.nat(3),
  ms,
  text: fc.constantFrom('Kappa Kappa LUL', 'so Kappa', 'what?', '!so', '@ann hi', 'great', 'bad'),
  bits: fc.constantFrom(0, 0, 100),
});
type Said = {
  readonly number: number;
  readonly who: number;
  readonly ms: number;
  readonly text: string;
  readonly bits: number;
};
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ say: fc.array(said, { maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.array(said, { maxLength: 8 }), fold: fc.constant(true) }) },
  {
    weight: 2,
    arbitrary: fc.record({ gone: fc.constantFrom('message', 'author', 'all'), of: fc.nat(30), ms }),
  },
  { weight: 1, arbitrary: fc.record({ expire: ms }) },
  { weight: 1, arbitrary: fc.record({ rebuild: fc.constant(true) }) },
);

const login = (chat: number, who: number) => `c${chat}v${who}`;
const userId = (chat: number, who: number) => String(1_000 * chat + who);
function toLine(chat: number, { number, who, ms: after, text, bits }: Said): string {
  const line = lineOf({
    number,
    login: login(chat, who),
    userId: userId(chat, who),
    at: start + after,
    text,
    emotes: ['Kappa', 'LUL'],
  });
  return bits === 0 ? line : line.replace('@id=', `@bits=${bits};id=`);
}

type Gone = { readonly gone: string; readonly of: number; readonly ms: number };
function goneLine(chat: number, { gone, of, ms: after }: Gone): string {
  const at = `tmi-sent-ts=${start + after}`;
  if (gone === 'message') return `@target-msg-id=${messageIdOf(of)};${at} :tmi.twitch.tv CLEARMSG #chan :x`;
  if (gone === 'all') return `@${at} :tmi.twitch.tv CLEARCHAT #chan`;
  return `@target-user-id=${userId(chat, of % 4)};${at} :tmi.twitch.tv CLEARCHAT #chan :${login(chat, of % 4)}`;
}

const metrics = ['POSTS', 'BITS', 'EMOTES', 'SENTIMENT'] as const;
const seriesOf = metrics.map(
  (name) => `${name}: series(metric: ${name}, interval: MINUTE) { starts values }`,
);
const document = `query ($login: String!, $range: TimeRange, $zone: TimeZone!) { channel(login: $login) {
  moments(first: 200, range: $range) { start messages }
  stats(range: $range, timeZone: $zone) {
    totals { posts bits emotes } ${seriesOf.join(' ')} busiest(interval: MINUTE, first: 200) { start posts } } } }`;

type Row = {
  readonly at: number;
  readonly bits: number;
  readonly emotes: number;
  readonly score: number | null;
};

/** The expected minutes of a range, counted message by message. */
async function recounted(streamId: number, from: number | null, to: number | null) {
  const rows = await db.sql<Row[]>`
    select (extract(epoch from created_at) * 1000)::float8 as at, bits, coalesce(json_array_length(emotes), 0) as emotes,
      sentiment as score
    from posts where stream_id = ${streamId} order by created_at`;
  const own = rows.filter(({ at }) => (from === null || at >= from) && (to === null || at < to));
  const minutes = new Map<number, Row[]>();
  for (const row of own) {
    const minute = row.at - (row.at % minuteMs);
    minutes.set(minute, [...(minutes.get(minute) ?? []), row]);
  }
  return { own, minutes };
}

async function expectAnswers(streamId: number, handle: string, from: number | null, to: number | null) {
  const { own, minutes } = await recounted(streamId, from, to);
  for (const zone of ['UTC', 'Asia/Kathmandu']) {
    const variables = { login: handle, range: { from: iso(from), to: iso(to) }, zone };
    const { data, errors } = await ask(app, document, variables);
    expect(errors).toBeUndefined();
    const { stats } = data.channel;
    const sum = (rows: readonly Row[], name: 'bits' | 'emotes') =>
      rows.reduce((total, row) => total + row[name], 0);
    expect(stats.totals).toEqual({ posts: own.length, bits: sum(own, 'bits'), emotes: sum(own, 'emotes') });
    for (const [at, begun] of stats.POSTS.starts.entries()) {
      const rows = minutes.get(Date.parse(begun)) ?? [];
      const scores = rows.flatMap(({ score }) => (score === null ? [] : [score]));
      const mean = scores.reduce((total, score) => total + score, 0) / 10_000 / scores.length;
      expect(metrics.slice(0, 3).map((name) => stats[name].values[at])).toEqual([
        rows.length,
        sum(rows, 'bits'),
        sum(rows, 'emotes'),
      ]);
      if (scores.length === 0) expect(stats.SENTIMENT.values[at]).toBeNull();
      else expect(stats.SENTIMENT.values[at]).toBeCloseTo(mean, 9);
    }
    const total = stats.POSTS.values.reduce((a: number, b: number) => a + b, 0);
    expect(total).toBe(own.length);
    const busiest = [...minutes].map(([minute, rows]) => ({ start: iso(minute), posts: rows.length }));
    busiest.sort((a, b) => b.posts - a.posts || ((a.start ?? '') < (b.start ?? '') ? -1 : 1));
    expect(stats.busiest).toEqual(busiest);
    return data;
  }
}

const keepsMinutes = async (streamId: number) =>
  (await selectStreams(db, sql`s.stream_id = ${streamId}`))[0]?.keepsMinutes;

describe('messages by the minute', () => {
  test('equal a recount after every write, deletion and folding, and give the same answers as the messages', async () => {
    const end = fc.option(fc.integer({ min: -2, max: 22 * 60 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), end, end, async (steps, from, to) => {
        const streamId = await newChannel();
        const chat = chats;
        const say = (some: readonly Said[]) =>
          takeLines(
            db,
            streamId,
            some.map((one) => toLine(chat, one)),
          );
        const fold = async () => {
          await foldMonths(db.sql, streamId, Date.UTC(2026, 5, 1));
          await foldTallies(db.sql, streamId, { all: true });
        };
        for (const one of steps) {
          if ('say' in one) await Promise.all([say(one.say), ...('fold' in one ? [fold(), fold()] : [])]);
          else if ('gone' in one) await takeLines(db, streamId, [goneLine(chat, one)]);
          else if ('expire' in one) {
            const retention = { postsMs: 20 * minuteMs - one.expire, rawMs: null };
            await removeExpired(db.sql, retention, start + 20 * minuteMs);
          } else await rebuildStream(db.sql, streamId, rawParser);
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
        }
        expect(await keepsMinutes(streamId)).toBe(true);
        const at = (seconds: number | null) => (seconds === null ? null : start + 1_000 * seconds);
        const [first, last] = [at(from), at(to)];
        const isRange = first === null || last === null || first < last;
        await expectAnswers(streamId, `chat${chat}`, first, isRange ? last : null);
        await optOutChatter(db.sql, login(chat, 1));
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        await expectAnswers(streamId, `chat${chat}`, null, null);
        await deleteStreamRows(db.sql, streamId);
        const [left] = await db.sql`
          select count(*)::int as rows from activity_minutes where stream_id = ${streamId}`;
        expect(left).toEqual({ rows: 0 });
      }),
      { numRuns: 15 },
    );
  });

  test('are read from the rollup, even when it is wrong', async () => {
    const streamId = await newChannel();
    await takeLines(db, streamId, [toLine(chats, { number: 1, who: 1, ms: 0, text: 'hi', bits: 0 })]);
    await db.sql`update activity_minutes set posts = 7 where stream_id = ${streamId}`;
    expect(await verifyStream(db.sql, streamId)).toEqual([
      { table: 'activity_minutes', missing: 1, surplus: 1 },
    ]);
    const { data } = await ask(app, document, { login: `chat${chats}`, zone: 'UTC' });
    expect(data.channel.stats.POSTS.values).toEqual([7]);
    await mendRollups(db.sql, streamId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('of a chat that an older release stored are read from the messages until a rebuild has counted them', async () => {
    const streamId = await newChannel();
    const handle = `chat${chats}`;
    const lines = Array.from({ length: 40 }, (_, number) =>
      toLine(chats, { number, who: number % 3, ms: number * 20_000, text: 'Kappa', bits: 0 }),
    );
    await takeLines(db, streamId, lines.slice(0, 30));
    await db.sql`delete from activity_minutes where stream_id = ${streamId}`;
    await db.sql`update streams set derivation = 1, derived_version = version where stream_id = ${streamId}`;
    expect(await keepsMinutes(streamId)).toBe(false);
    await expectAnswers(streamId, handle, null, null);
    // Messages that arrive meanwhile have minutes; earlier messages do not.
    await takeLines(db, streamId, lines.slice(30));
    await expectAnswers(streamId, handle, null, null);
    await rebuildStream(db.sql, streamId, rawParser);
    expect(await keepsMinutes(streamId)).toBe(true);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    await expectAnswers(streamId, handle, null, null);
    // An older release wrote while the cluster was updated.
    await db.sql`update streams set version = version + 1 where stream_id = ${streamId}`;
    expect(await keepsMinutes(streamId)).toBe(false);
  });

  test('an account has none', async () => {
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    expect(await keepsMinutes(streamId)).toBe(false);
  });
});
