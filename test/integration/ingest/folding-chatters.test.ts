import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldChatters, listBehind } from '../../../src/ingest/folding/chatters.ts';
import { verifyStream } from '../../../src/ingest/write/recount.ts';
import { startFoldingChatters } from '../../../src/jobs/folding.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { optOutChatter } from '../../../src/streams/opt-out.ts';
import { mendRollups, rebuildStream } from '../../../src/streams/rebuild.ts';
import { removeExpired } from '../../../src/streams/retain.ts';
import { lineOf, messageIdOf, oddUserIds, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const start = Date.UTC(2026, 0, 31);

let chats = 0;
const newChannel = () =>
  findOrCreateAccount(
    db.sql,
    anAccount({ platform: 'TWITCH', platformId: String(++chats), handle: `chat${chats}` }),
  );

async function foldAll(streamId: number, now = Date.UTC(2026, 5, 1)): Promise<void> {
  while (await foldChatters(db.sql, streamId, now));
}

const userId = (chat: number, who: number) => (who === 0 ? `${chat}` : (oddUserIds[who] ?? ''));
const login = (chat: number, who: number) => `c${chat}v${who}`;

const ms = fc.nat(3 * dayMs);
const said = fc.record({
  number: fc.nat(60),
  who: fc.nat(oddUserIds.length - 1),
  ms,
  isFirst: fc.constantFrom(true, false, undefined),
  isReturning: fc.constantFrom(true, false, undefined),
  text: fc.constantFrom('hi', 'Kappa', 'so Kappa Kappa', 'I love this?', 'I hate this', '!so', '@ann hi'),
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;
const some = fc.array(said, { maxLength: 8 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ say: some, fold: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ foldAt: ms }) },
  {
    weight: 2,
    arbitrary: fc.record({ gone: fc.constantFrom('message', 'author', 'all'), of: fc.nat(60), ms }),
  },
  { weight: 1, arbitrary: fc.record({ expire: ms }) },
  { weight: 1, arbitrary: fc.record({ rebuild: fc.constant(true) }) },
);

const toLine = (chat: number, { number, who, ms: after, ...marks }: Said) =>
  lineOf({
    number,
    login: login(chat, who),
    userId: userId(chat, who),
    at: start + after,
    emotes: ['Kappa'],
    ...marks,
  });

function goneLine(
  chat: number,
  { gone, of, ms: after }: { readonly gone: string; readonly of: number; readonly ms: number },
): string {
  const at = `tmi-sent-ts=${start + after}`;
  const who = of % oddUserIds.length;
  if (gone === 'message') return `@target-msg-id=${messageIdOf(of)};${at} :tmi.twitch.tv CLEARMSG #chan :x`;
  if (gone === 'all') return `@${at} :tmi.twitch.tv CLEARCHAT #chan`;
  return `@target-user-id=${userId(chat, who)};${at} :tmi.twitch.tv CLEARCHAT #chan :${login(chat, who)}`;
}

const daysOf = async (streamId: number) =>
  (
    await db.sql<{ day: string; until: Date; chatters: number | null }[]>`
      select day::text, until, chatters from chatter_days where stream_id = ${streamId} order by day`
  ).map(
    ({ day, until, chatters }) => `${day} to ${new Date(until).toISOString().slice(11, 16)}: ${chatters}`,
  );

/** A channel in which chatter n writes at the nth instant. */
async function channelOf(...at: readonly number[]) {
  const streamId = await newChannel();
  await takeLines(db, streamId, at.map(lineAt));
  return streamId;
}
const lineAt = (at: number, number: number) =>
  lineOf({ number, login: `u${number}`, userId: String(1_000 + number), at, text: 'hi' });

describe('folding chatters', () => {
  test('at every moment they equal a recount, whatever is written, deleted or rebuilt meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const streamId = await newChannel();
        const chat = chats;
        const say = (lines: readonly Said[]) =>
          takeLines(
            db,
            streamId,
            lines.map((one) => toLine(chat, one)),
          );
        for (const one of steps) {
          if ('say' in one) {
            const folds = one.fold ? [foldAll(streamId), foldAll(streamId, start + dayMs)] : [];
            await Promise.all([...folds, say(one.say), ...(one.fold ? [foldAll(streamId)] : [])]);
          } else if ('foldAt' in one) await foldAll(streamId, start + one.foldAt);
          else if ('gone' in one)
            await Promise.all([foldAll(streamId), takeLines(db, streamId, [goneLine(chat, one)])]);
          else if ('expire' in one) {
            const retention = { postsMs: 3 * dayMs - one.expire, rawMs: null };
            await removeExpired(db.sql, retention, start + 3 * dayMs);
          } else await rebuildStream(db.sql, streamId, rawParser);
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
        }
        await foldAll(streamId);
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        const [row] = await db.sql<{ missing: number }[]>`
          select count(*)::int as missing from posts p where stream_id = ${streamId}
            and not exists (select from chatter_days k where k.stream_id = ${streamId} and k.chatters is not null
              and k.day = (p.created_at at time zone 'UTC')::date and k.until > p.created_at)`;
        expect(row?.missing).toBe(0);
        await optOutChatter(db.sql, login(chat, 1));
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        await Promise.all([deleteStreamRows(db.sql, streamId), foldAll(streamId)]);
        expect(await daysOf(streamId)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('a change removes its own day, and no other', async () => {
    const streamId = await channelOf(start, start + dayMs, start + 2 * dayMs);
    await foldAll(streamId);
    const [first, second, third] = [
      '2026-01-31 to 00:00: 1',
      '2026-02-01 to 00:00: 1',
      '2026-02-02 to 00:00: 1',
    ];
    expect(await daysOf(streamId)).toEqual([first, second, third]);
    await takeLines(db, streamId, [lineAt(start + 2 * dayMs - 1, 7)]);
    expect(await daysOf(streamId)).toEqual([first, third]);
    await foldAll(streamId);
    expect(await daysOf(streamId)).toEqual([first, '2026-02-01 to 00:00: 2', third]);
  });

  test('the current day is computed up to an hour ago, and stays when new messages arrive', async () => {
    const at = (hours: number) => start + hours * hourMs;
    const streamId = await channelOf(at(1), at(2), at(5), at(23.9));
    await foldAll(streamId, at(4.3));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 03:00: 2']);
    await takeLines(db, streamId, [lineAt(at(4.2), 8)]);
    await foldAll(streamId, at(5.2));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 03:00: 2']);
    // Computed again only when the new part of the day is as long as the stored one.
    await foldAll(streamId, at(7.2));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 03:00: 2']);
    await foldAll(streamId, at(7.4));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 06:00: 4']);
    await takeLines(db, streamId, [lineAt(at(5) - 1, 9)]);
    expect(await daysOf(streamId)).toEqual([]);
    await foldAll(streamId, at(24.5));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 23:15: 5']);
    // A past day is completed, even when so little is missing that it would not be worth a run on the current day.
    await foldAll(streamId, at(25.5));
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 00:00: 6']);
  });

  test('a row that others removed while it was computed is not written with outdated values', async () => {
    const streamId = await channelOf(start);
    await foldAll(streamId);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, nth) => takeLines(db, streamId, [lineAt(start + nth, 10 + nth)])),
      ...Array.from({ length: 20 }, () => foldAll(streamId)),
    ]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    await foldAll(streamId);
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 00:00: 21']);
  });

  test('a day that differs is found, and repaired', async () => {
    const streamId = await channelOf(start, start + dayMs);
    await foldAll(streamId);
    await db.sql`update chatter_days set ids = '\\x0105' where stream_id = ${streamId} and day = '2026-01-31'`;
    expect(await verifyStream(db.sql, streamId)).toEqual([{ table: 'chatter_days', missing: 1, surplus: 1 }]);
    await mendRollups(db.sql, streamId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a row whose computation was interrupted does not count, and is computed again', async () => {
    const streamId = await channelOf(start, start + dayMs);
    await db.sql`
      insert into chatter_days (stream_id, day, until, making) values (${streamId}, '2026-01-31', '2026-02-01Z', gen_random_uuid())`;
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    await foldAll(streamId);
    expect(await daysOf(streamId)).toEqual(['2026-01-31 to 00:00: 1', '2026-02-01 to 00:00: 1']);
  });

  test('a channel is due until all of its days are computed, and again when one of its messages changes', async () => {
    const at = (hours: number) => start + hours * hourMs;
    const isBehind = async () => (await listBehind(db.sql)).includes(streamId);
    const streamId = await channelOf(at(1));
    expect(await isBehind()).toBe(true);
    await foldAll(streamId, at(20));
    expect(await isBehind()).toBe(true);
    await foldAll(streamId, at(30));
    expect(await isBehind()).toBe(false);
    await takeLines(db, streamId, [lineAt(at(2), 5)]);
    expect(await isBehind()).toBe(true);
  });

  test('days are computed in the background, and an account has none', async () => {
    const accountId = await findOrCreateAccount(db.sql, anAccount());
    expect(await listBehind(db.sql)).not.toContain(accountId);
    const streamId = await channelOf(
      ...Array.from({ length: 20 }, (_, day) => start + day * dayMs + minuteMs),
    );
    const folding = startFoldingChatters({ db, log: createLogger('silent', 'test'), everyMs: 5 });
    await expect.poll(() => daysOf(streamId)).toHaveLength(20);
    await expect.poll(() => listBehind(db.sql)).not.toContain(streamId);
    await folding.close();
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});
