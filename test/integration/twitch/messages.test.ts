import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { readChat } from '../../../src/providers/twitch/read-chat.ts';
import type { ChannelEvent } from '../../../src/shared/channel-event.ts';
import type { NormalisedPost, ProviderName } from '../../../src/shared/post.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { anAccount, observed } from '../../support/posts.ts';
import { ask, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const start = Date.UTC(2026, 0, 1);

const aChannel = () => anAccount({ platform: 'TWITCH' });
const idOf = (number: number) => `885196de-cb67-427a-baa8-82f9${String(number).padStart(8, '0')}`;
const names = ['ann', 'bob', 'zoe'] as const;

type Said = {
  readonly number: number;
  readonly who: number;
  readonly seconds: number;
  readonly apart?: number;
};
const sent = ({ seconds, apart = 0 }: Said) => start + 1_000 * seconds + apart;
const lineOf = (said: Said) => {
  const name = names[said.who];
  return `@id=${idOf(said.number)};user-id=${said.who};room-id=5;tmi-sent-ts=${sent(said)} :${name}!${name}@x PRIVMSG #chan :message ${said.number}`;
};
type Gone = { readonly kind: 'message' | 'author' | 'all'; readonly of: number; readonly seconds: number };
const goneLine = ({ kind, of, seconds }: Gone) => {
  const at = `tmi-sent-ts=${start + 1_000 * seconds}`;
  if (kind === 'message') return `@target-msg-id=${idOf(of)};${at} :tmi.twitch.tv CLEARMSG #chan :x`;
  if (kind === 'all') return `@${at} :tmi.twitch.tv CLEARCHAT #chan`;
  return `@target-user-id=${of % 3};${at} :tmi.twitch.tv CLEARCHAT #chan :${names[of % 3]}`;
};

async function take(streamId: number, lines: readonly string[], provider: ProviderName = 'TWITCH_IRC') {
  const items = lines.map((line) => readChat(line, { at: start, observedAt: observed }));
  const posts: NormalisedPost[] = items.flatMap((item) => item?.post ?? []);
  const events: ChannelEvent[] = items.flatMap((item) => item?.event ?? []);
  const outcome = { inserted: 0, updated: 0, removed: 0 };
  await ingest(db.sql, {
    streamId,
    platform: 'TWITCH',
    provider,
    pages: [{ account: null, posts, events, rejected: [], cursor: '', total: null }],
    read: (post) => post,
    now: () => observed,
    onWritten: async (_tx, { inserted, updated, removed }) =>
      void Object.assign(outcome, { inserted, updated, removed }),
  });
  return outcome;
}

const stored = async (streamId: number) =>
  (
    await db.sql<{ id: string; at: number }[]>`
      select platform_id as id, (extract(epoch from created_at) * 1000)::float8 as at from posts
      where stream_id = ${streamId} order by post_id`
  ).map(({ id, at }) => [id, at] as const);
const version = async (streamId: number) =>
  (await db.sql`select version from streams where stream_id = ${streamId}`)[0]?.version;
const newStream = () => findOrCreateAccount(db.sql, aChannel());

describe('a message', () => {
  test('that comes again with an instant some milliseconds off is the same one, and keeps its first instant', async () => {
    const streamId = await newStream();
    await take(streamId, [lineOf({ number: 1, who: 0, seconds: 0 })]);
    const again = lineOf({ number: 1, who: 0, seconds: 0, apart: 37 });
    expect(await take(streamId, [again, lineOf({ number: 2, who: 0, seconds: 0, apart: 20 })])).toMatchObject(
      { inserted: 1 },
    );
    expect(await stored(streamId)).toEqual([
      [idOf(1), start],
      [idOf(2), start + 20],
    ]);
    const before = await version(streamId);
    await take(streamId, [again]);
    expect(await version(streamId)).toBe(before);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('is the same one twice in a batch', async () => {
    const streamId = await newStream();
    const said = { number: 1, who: 0, seconds: 0 };
    const lines = [lineOf(said), lineOf({ ...said, apart: 3 })];
    expect(await take(streamId, lines)).toMatchObject({ inserted: 1 });
    expect(await stored(streamId)).toEqual([[idOf(1), start]]);
  });

  test('stores nothing of lists that are empty, which are read as empty', async () => {
    const channel = aChannel();
    const streamId = await findOrCreateAccount(db.sql, channel);
    const [said, another] = [1, 2].map((number) => lineOf({ number, who: 0, seconds: number }));
    await take(streamId, [said ?? '', (another ?? '').replace('message 2', '#tag @bob')]);
    const lists = ['hashtags', 'mentions', 'cashtags', 'urls', 'domains', 'emoji'];
    const rows = await db.sql.unsafe(
      `select ${lists.join(', ')} from posts where stream_id = $1 order by post_id`,
      [streamId],
    );
    const nothing = Object.fromEntries(lists.map((list) => [list, null]));
    expect(rows).toEqual([nothing, { ...nothing, hashtags: ['tag'], mentions: ['bob'] }]);
    const { data } = await ask(
      openApp(db),
      `{ channel(login: "${channel.handle}") { posts(orderBy: OLDEST) { nodes { hashtags mentions urls } } chat { mentions { messages } } } }`,
    );
    expect(data).toEqual({
      channel: {
        posts: {
          nodes: [
            { hashtags: [], mentions: [], urls: [] },
            { hashtags: ['tag'], mentions: ['bob'], urls: [] },
          ],
        },
        chat: { mentions: { messages: 1 } },
      },
    });
    expect(await take(streamId, [said ?? ''])).toMatchObject({ inserted: 0, updated: 0 });
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('is found by its own id, and so is the one that it answers', async () => {
    const channel = aChannel();
    const streamId = await findOrCreateAccount(db.sql, channel);
    const reply = `@id=${idOf(92)};reply-parent-msg-id=${idOf(91)};tmi-sent-ts=${start + 3_000} :bob!bob@x PRIVMSG #chan :@ann yes`;
    await take(streamId, [lineOf({ number: 91, who: 0, seconds: 0 }), reply]);
    const { data } = await ask(
      openApp(db),
      `{ post(platform: TWITCH, platformId: "${idOf(92)}") { platformId parent { platformId text } stream { title } url author { handle } }
        nobody: post(platform: TWITCH, platformId: "${idOf(99)}") { id } }`,
    );
    expect(data).toEqual({
      post: {
        platformId: idOf(92),
        parent: { platformId: idOf(91), text: 'message 91' },
        stream: { title: channel.handle },
        url: null,
        author: { handle: 'bob' },
      },
      nobody: null,
    });
    const plan = await db.sql.begin(async (tx) => {
      if (db.isDistributed) await tx`set local citus.propagate_set_commands = 'local'`;
      await tx`set local enable_seqscan = off`;
      return tx`explain select from posts where platform_id = ${idOf(92)}`;
    });
    expect(JSON.stringify(plan)).toContain('posts_platform_id');
  });

  test('of a log may be two minutes off', async () => {
    const streamId = await newStream();
    await take(streamId, [lineOf({ number: 1, who: 0, seconds: 0 })]);
    expect(await take(streamId, [lineOf({ number: 1, who: 0, seconds: 119 })], 'TWITCH_LOG')).toMatchObject({
      inserted: 0,
    });
  });

  test('is found by a rebuild, whatever instant its kept lines have', async () => {
    const streamId = await newStream();
    await take(streamId, [lineOf({ number: 1, who: 0, seconds: 0 })]);
    await take(streamId, [lineOf({ number: 1, who: 0, seconds: 0, apart: 5 })]);
    const before = await stored(streamId);
    expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ unreadable: 0 });
    expect(await stored(streamId)).toEqual(before);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});

describe('a notice', () => {
  const noticeLine = (number: number, at: number) =>
    `@id=${idOf(number)};msg-id=raid;msg-param-viewerCount=9;user-id=1;login=bob;tmi-sent-ts=${at} :tmi.twitch.tv USERNOTICE #chan`;
  const kept = async (streamId: number) =>
    (
      await db.sql<{ at: number }[]>`
        select (extract(epoch from at) * 1000)::float8 as at from channel_events where stream_id = ${streamId} order by 1`
    ).map(({ at }) => at);

  test('that both transports deliver is stored once, with its first instant', async () => {
    const streamId = await newStream();
    await take(streamId, [noticeLine(1, start), noticeLine(2, start + 10)]);
    await take(streamId, [noticeLine(1, start + 37), noticeLine(3, start + 5)], 'TWITCH_EVENTSUB');
    expect(await kept(streamId)).toEqual([start, start + 5, start + 10]);
    const before = await version(streamId);
    await take(streamId, [noticeLine(2, start - 900)], 'TWITCH_EVENTSUB');
    expect(await version(streamId)).toBe(before);
    expect(await kept(streamId)).toHaveLength(3);
  });

  test('is stored once when a batch has it twice', async () => {
    const streamId = await newStream();
    await take(streamId, [noticeLine(1, start), noticeLine(1, start + 3)]);
    expect(await kept(streamId)).toEqual([start]);
  });

  test('of a log may be two minutes off', async () => {
    const streamId = await newStream();
    await take(streamId, [noticeLine(1, start)]);
    await take(streamId, [noticeLine(1, start + 119_000)], 'TWITCH_LOG');
    expect(await kept(streamId)).toEqual([start]);
  });

  test('of a deletion that both transports deliver is stored once, and the message is gone', async () => {
    const streamId = await newStream();
    await take(streamId, [lineOf({ number: 1, who: 0, seconds: 0 })]);
    const gone = goneLine({ kind: 'message', of: 1, seconds: 5 });
    await take(streamId, [gone]);
    await take(streamId, [goneLine({ kind: 'message', of: 1, seconds: 6 })], 'TWITCH_EVENTSUB');
    expect(await kept(streamId)).toEqual([start + 5_000]);
    expect(await stored(streamId)).toEqual([]);
  });
});

const said = fc.record({
  number: fc.integer({ min: 1, max: 12 }),
  who: fc.nat(2),
  seconds: fc.integer({ min: 0, max: 8_000 }),
});
const gone = fc.record({
  kind: fc.constantFrom('message' as const, 'author' as const, 'all' as const),
  of: fc.integer({ min: 1, max: 12 }),
  seconds: fc.integer({ min: 0, max: 8_000 }),
});

test.each([
  ['before it', 0],
  ['after it', 1],
])(
  'a deletion that names a message takes it away though it seems older, when it comes %s',
  async (_when, at) => {
    const streamId = await newStream();
    const lines = [goneLine({ kind: 'message', of: 1, seconds: 59 })];
    lines.splice(at === 0 ? 1 : 0, 0, lineOf({ number: 1, who: 0, seconds: 60 }));
    for (const line of lines) await take(streamId, [line]);
    expect(await stored(streamId)).toEqual([]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  },
);

test('deletions take away the same messages, whatever comes first and however often', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(said, { selector: ({ number }) => number, maxLength: 12 }),
      // Twitch deletes a message once.
      fc.uniqueArray(gone, { selector: goneKey, maxLength: 3 }),
      fc.infiniteStream(fc.nat()),
      async (messages, deletions, dice) => {
        const left = messages.filter(
          (message) =>
            !deletions.some(
              ({ kind, of, seconds }) =>
                seconds >= message.seconds - (kind === 'message' ? 60 : 0) &&
                seconds - message.seconds <= 3_600 &&
                (kind === 'all' || (kind === 'message' ? of === message.number : of % 3 === message.who)),
            ),
        );
        const expected = left
          .map((message) => [idOf(message.number), sent(message)] as const)
          .sort((a, b) => a[1] - b[1]);
        const streamId = await newStream();
        for (let round = 0; round < 2; round++) {
          const lines = [...messages.map(lineOf), ...deletions.map(goneLine)];
          while (lines.length > 0) {
            const size = 1 + ((dice.next().value as number) % 4);
            const batch = Array.from({ length: Math.min(size, lines.length) }, () =>
              lines.splice((dice.next().value as number) % lines.length, 1),
            );
            await take(streamId, batch.flat());
          }
          const now = await stored(streamId);
          expect(now.toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))).toEqual(
            expected.toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)),
          );
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
        }
        const [events] =
          await db.sql`select count(*)::int as count from channel_events where stream_id = ${streamId}`;
        expect(events?.count).toBe(new Set(deletions.map(goneKey)).size);
      },
    ),
    { numRuns: 40 },
  );
});

/** Deletions that are the same event. */
const goneKey = ({ kind, of, seconds }: Gone) =>
  kind === 'message' ? `${of}` : kind === 'all' ? `all ${seconds}` : `author ${of % 3} ${seconds}`;
