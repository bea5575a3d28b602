import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCollection } from '../../../src/collect/open.ts';
import { readRaw } from '../../../src/ingest/write/raw.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { optOutChatter } from '../../../src/streams/opt-out.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, type Said, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const start = Date.UTC(2026, 3, 1);
const runs = Number(process.env.RECOUNT_RUNS ?? 6);
const aChannel = () => anAccount({ platform: 'TWITCH' });
const newStream = async () => {
  const channel = aChannel();
  return { login: channel.handle, streamId: await findOrCreateAccount(db.sql, channel) };
};

/** All data of a channel, as a client and as a thief of the disk would see it. */
async function everythingOf(login: string, streamId: number) {
  const { data, errors } = await ask(
    app,
    `{ channel(login: "${login}") { freshness { earliestPostAt latestPostAt } posts(first: 200) { totalCount nodes { text author { handle } } }
      stats { totals { posts authors bits } topAuthors(first: 50) { posts author { handle } } topTerms(kind: WORD) { term count }
        series(interval: HOUR) { values } }
      chat(bots: true) { messages chatters questions { messages } arrivals { newChatters } } } }`,
  );
  expect(errors).toBeUndefined();
  const rows = await db.sql<{ payloads: Buffer }[]>`
    select payloads from raw_payloads where stream_id = ${streamId} order by batch_id`;
  const raw = (await Promise.all(rows.map(({ payloads }) => readRaw(payloads)))).flat().sort();
  const names = await db.sql`select handle from authors where stream_id = ${streamId} order by 1`;
  const events = await db.sql`
    select at, kind, handle, text from channel_events where stream_id = ${streamId} order by event_id`;
  return { ...data.channel, raw, names, events };
}

const said = fc.record({
  who: fc.nat(3),
  ms: fc.integer({ min: 0, max: 7_200_000 }),
  text: fc.constantFrom('hello there', 'what is it?', 'gone', '!so'),
  subscribed: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
});
type Drawn = typeof said extends fc.Arbitrary<infer Value> ? Value : never;

describe('a chatter who opted out', () => {
  test('leaves every number and the disk as if they had never written, whatever was collected before and after', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { maxLength: 40 }),
        fc.array(said, { maxLength: 20 }),
        async (before, after) => {
          round++;
          const login = (who: number) => `chatter${round}x${who}`;
          const shy = login(0);
          const toLine = ({ who, ms, text, subscribed }: Drawn, number: number) => {
            // The opt-out still applies after a change of the name.
            const name = who === 0 && number > 90 ? `renamed${round}` : login(who);
            const userId = String(1_000 * round + who);
            const line = lineOf({ number, login: name, userId, at: start + ms, text } satisfies Said);
            if (!subscribed) return line;
            return `@id=${crypto.randomUUID()};msg-id=resub;login=${name};user-id=${userId};tmi-sent-ts=${start + ms};system-msg=x :tmi.twitch.tv USERNOTICE #chan :${text}`;
          };
          const [first, second] = [before, after].map((drawn, part) =>
            drawn.map((each, index) => ({
              who: each.who,
              subscribed: each.subscribed,
              line: toLine(each, 80 * part + index),
            })),
          );
          const [one, other] = [await newStream(), await newStream()];
          await takeLines(
            db,
            one.streamId,
            (first ?? []).map(({ line }) => line),
          );
          const removed = await optOutChatter(db.sql, shy);
          expect(removed).toBe(
            (first ?? []).filter(({ who, subscribed }) => who === 0 && !subscribed).length,
          );
          await takeLines(
            db,
            one.streamId,
            (second ?? []).map(({ line }) => line),
          );
          // The same log is imported again.
          await takeLines(
            db,
            one.streamId,
            (first ?? []).map(({ line }) => line),
          );
          expect(await verifyStream(db.sql, one.streamId)).toEqual([]);
          const others = (lines: typeof first) =>
            (lines ?? []).filter(({ who }) => who !== 0).map(({ line }) => line);
          for (const lines of [others(first), others(second)]) await takeLines(db, other.streamId, lines);
          const [shown, expected] = [
            await everythingOf(one.login, one.streamId),
            await everythingOf(other.login, other.streamId),
          ];
          // The subscription stays, without its person.
          const named = (events: readonly { handle: string | null }[]) =>
            events.filter(({ handle }) => handle !== null);
          expect({ ...shown, events: named(shown.events) }).toEqual({
            ...expected,
            events: named(expected.events),
          });
          expect(JSON.stringify(shown)).not.toContain(shy);
        },
      ),
      { numRuns: runs },
    );
  }, 120_000);

  test('is not stored by a batch that was being written meanwhile', async () => {
    const { streamId } = await newStream();
    const line = (number: number) =>
      lineOf({ number, login: 'racer', userId: '5', at: start + number, text: `message ${number}` });
    await takeLines(db, streamId, [line(1)]);
    const writing = Array.from({ length: 6 }, (_, at) => takeLines(db, streamId, [line(10 + at)]));
    await Promise.all([...writing, optOutChatter(db.sql, 'racer')]);
    const [left] = await db.sql`select count(*)::int as count from posts where stream_id = ${streamId}`;
    expect(left?.count).toBe(0);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('is on the list until they opt in, and then counts again', async () => {
    const { streamId, login } = await newStream();
    const say = (number: number) =>
      takeLines(db, streamId, [
        lineOf({ number, login: 'back', userId: '6', at: start + number, text: 'hi' }),
      ]);
    await say(1);
    const out = await ask(app, 'mutation { optOut(kind: CHATTER, login: "@Back") }');
    expect(out.data).toEqual({ optOut: 1 });
    expect((await say(2)).inserted).toBe(0);
    const list = await ask(app, '{ optOuts(first: 200) { kind login } }');
    expect(list.data.optOuts).toContainEqual({ kind: 'CHATTER', login: 'back' });
    expect((await ask(app, 'mutation { optIn(kind: CHATTER, login: "back") }')).data).toEqual({
      optIn: true,
    });
    expect((await say(3)).inserted).toBe(1);
    const { data } = await ask(app, `{ channel(login: "${login}") { stats { totals { posts } } } }`);
    expect(data.channel.stats.totals.posts).toBe(1);
    const again = await ask(app, 'mutation { optIn(kind: CHATTER, login: "back") }');
    expect(again.errors?.[0]?.message).toBe('back did not opt out');
  });
});

test('a channel that opted out is erased, and neither collected nor imported again until it opts in', async () => {
  const { login, streamId } = await newStream();
  await takeLines(db, streamId, [lineOf({ number: 1, login: 'ann', userId: '1', at: start, text: 'hi' })]);
  await openCollection(db.sql, login, start);
  expect((await ask(app, `mutation { optOut(kind: CHANNEL, login: "${login}") }`)).data).toEqual({
    optOut: 1,
  });
  expect((await ask(app, `{ channel(login: "${login}") { id } }`)).data.channel).toBeNull();
  const [left] = await db.sql`
    select (select count(*) from posts where stream_id = ${streamId})::int as posts,
      (select count(*) from jobs where stream_id = ${streamId})::int as jobs`;
  expect(left).toEqual({ posts: 0, jobs: 0 });
  await expect(openCollection(db.sql, login, start)).rejects.toThrow(`The channel ${login} opted out`);
  await ask(app, `mutation { optIn(kind: CHANNEL, login: "${login}") }`);
  expect(await openCollection(db.sql, login, start)).toEqual(expect.any(String));
});
