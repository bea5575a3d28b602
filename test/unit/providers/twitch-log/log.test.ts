import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openLog } from '../../../../src/providers/twitch-log/provider.ts';
import type { Page } from '../../../../src/shared/post.ts';

const folder = await mkdtemp(join(tmpdir(), 'logs-'));
afterAll(() => rm(folder, { recursive: true }));

const now = Date.UTC(2026, 0, 1);
let files = 0;

type Given = {
  readonly handle?: string;
  readonly name?: string;
  readonly cursor?: string;
  readonly pageSize?: number;
};

async function open(
  content: string | Buffer,
  { handle, name = 'chat.log', cursor, pageSize = 100 }: Given = {},
) {
  const path = join(folder, `${files++}`);
  await writeFile(path, content);
  const log = await openLog({ path, name, handle: handle ?? null, pageSize, now });
  if (log === null) return null;
  const pages: Page[] = [];
  for await (const page of log.pages(cursor ?? null)) pages.push(page);
  const posts = pages.flatMap((page) => page.posts);
  const events = pages.flatMap((page) => page.events ?? []);
  return { log, pages, posts, events };
}

const said = (opened: Awaited<ReturnType<typeof open>>) =>
  opened?.posts.map(({ author, text, createdAt }) => [
    author.handle,
    text,
    new Date(createdAt).toISOString(),
  ]);
const id = '885196de-cb67-427a-baa8-82f9b0fcd05f';

const comment = (over: object = {}, message: object = {}) => ({
  _id: id,
  created_at: '2022-07-16T15:56:50Z',
  channel_id: '5',
  content_type: 'video',
  content_id: '1',
  content_offset_seconds: 12.5,
  commenter: { display_name: 'Ann', _id: '7', name: 'ann', bio: null },
  message: {
    body: '😂 Kappa hi',
    bits_spent: 100,
    fragments: [
      { text: '😂 ', emoticon: null },
      { text: 'Kappa', emoticon: { emoticon_id: '25' } },
      { text: ' hi', emoticon: null },
    ],
    user_badges: [{ _id: 'subscriber', version: '12' }],
    user_color: '#FF00AA',
    user_notice_params: { msg_id: null },
    emoticons: [{ _id: '25', begin: 2, end: 7 }],
    ...message,
  },
  ...over,
});
const downloaded = {
  FileInfo: { Version: { Major: 1, Minor: 4, Patch: 0 } },
  streamer: { name: 'Chan', login: 'chan', id: 5 },
  video: { title: 'x', created_at: '2022-07-16T15:00:00Z', start: 0, length: 100 },
  comments: [comment(), comment({ commenter: null })],
  embeddedData: { firstParty: [{ data: 'A'.repeat(100_000) }] },
};

describe('a log is recognised and read:', () => {
  test("TwitchDownloader's JSON, by the offset from the video's start", async () => {
    const opened = await open(JSON.stringify(downloaded, null, 2));
    expect(opened?.log).toMatchObject({
      format: "TwitchDownloader's JSON",
      account: { platform: 'TWITCH', handle: 'chan', displayName: 'Chan', platformId: '5' },
      total: 1,
      rejected: [{ where: 'comment 2', reason: 'its author was deleted' }],
    });
    expect(said(opened)).toEqual([['ann', '😂 Kappa hi', '2022-07-16T15:00:12.500Z']]);
    expect(opened?.posts[0]).toMatchObject({
      platformId: id,
      author: { platformId: '7', displayName: 'Ann' },
      chat: { bits: 100, badges: ['subscriber/12'], emotes: [{ name: 'Kappa', start: 3 }], color: '#FF00AA' },
    });
  });

  test('an old one without a streamer, for the channel that is given', async () => {
    const old = JSON.stringify({ comments: [comment({ content_offset_seconds: 12 })] });
    await expect(open(old)).rejects.toThrow('does not name its channel');
    expect(said(await open(old, { handle: '#Chan' }))).toEqual([
      ['ann', '😂 Kappa hi', '2022-07-16T15:56:50.000Z'],
    ]);
  });

  test("twitch-archiver's JSON", async () => {
    const node = {
      id,
      commenter: { id: '7', login: 'ann', displayName: 'Ann' },
      contentOffsetSeconds: 3,
      createdAt: '2022-07-16T15:56:50.123Z',
      message: {
        fragments: [
          { emote: null, text: 'hi ' },
          { emote: { emoteID: '25', from: 3, id: '25;3;7' }, text: 'Kappa' },
        ],
        userBadges: [{ id: 'x', setID: 'subscriber', version: '12' }],
        userColor: null,
      },
    };
    const opened = await open(JSON.stringify([node]), { handle: 'chan' });
    expect(said(opened)).toEqual([['ann', 'hi Kappa', '2022-07-16T15:56:50.123Z']]);
    expect(opened?.posts[0]?.chat).toMatchObject({
      badges: ['subscriber/12'],
      emotes: [{ name: 'Kappa', start: 3 }],
    });
  });

  const tagged = `@id=${id};tmi-sent-ts=1657986990123;room-id=5;user-id=7 :ann!ann@ann.tmi.twitch.tv PRIVMSG #chan :hello`;

  test.each([
    [
      'lines of IRC',
      `${tagged}\r\n@tmi-sent-ts=1657986991000;target-user-id=7 :tmi.twitch.tv CLEARCHAT #chan :ann\r\nPING :tmi.twitch.tv\r\n`,
    ],
    [
      "justlog's or rustlog's JSON",
      JSON.stringify({
        messages: [
          {
            text: 'hello',
            username: 'ann',
            channel: 'chan',
            timestamp: '2022-07-16T15:56:30.123Z',
            id,
            type: 1,
            raw: tagged,
            tags: {},
          },
        ],
      }),
    ],
    [
      "justlog's or rustlog's JSON",
      JSON.stringify({
        messages: [
          {
            text: 'hello',
            username: 'ann',
            displayName: 'ann',
            channel: 'chan',
            timestamp: '2022-07-16T15:56:30.123Z',
            id,
            type: 1,
            tags: { 'room-id': '5', id },
          },
        ],
      }),
    ],
    [
      'lines of JSON',
      `${JSON.stringify({ text: 'hello', username: 'ann', channel: 'chan', timestamp: '2022-07-16T15:56:30.123Z', raw: tagged })}\n`,
    ],
  ])('%s', async (format, content) => {
    const opened = await open(content);
    expect(opened?.log).toMatchObject({
      format,
      account: { handle: 'chan', platformId: '5' },
      isZoneAssumed: false,
      rejectedCount: 0,
    });
    expect(said(opened)).toEqual([['ann', 'hello', '2022-07-16T15:56:30.123Z']]);
    expect(opened?.posts[0]?.platformId).toBe(id);
  });

  test("justlog's text, also of those who were silenced", async () => {
    const opened = await open(
      '[2023-01-02 03:04:05] #chan Ann: hi: there\n[2023-01-02 03:04:06] #chan bob has been timed out for 600 seconds\n',
    );
    expect(said(opened)).toEqual([['ann', 'hi: there', '2023-01-02T03:04:05.000Z']]);
    expect(opened?.events).toMatchObject([{ kind: 'TIMEOUT', amount: 600, author: { handle: 'bob' } }]);
    expect(opened?.log).toMatchObject({ format: 'lines of text', isZoneAssumed: true });
  });

  test.each([
    ['[2022-07-16 15:56:51 UTC] Ann: hi', '2022-07-16T15:56:51.000Z', false],
    ['[2022-07-16 15:56:51 +0200] Ann: hi', '2022-07-16T13:56:51.000Z', false],
    ['[2022-07-16T15:56:51.250Z] Ann: hi', '2022-07-16T15:56:51.250Z', false],
    ['[2022-07-16 15:56:51] Ann: hi', '2022-07-16T15:56:51.000Z', true],
    ['1657987011 Ann: hi', '2022-07-16T15:56:51.000Z', false],
    ['1657987011250 Ann: hi', '2022-07-16T15:56:51.250Z', false],
  ])('%s', async (line, at, isZoneAssumed) => {
    const opened = await open(`${line}\n`, { handle: 'chan' });
    expect(said(opened)).toEqual([['ann', 'hi', at]]);
    expect(opened?.log.isZoneAssumed).toBe(isZoneAssumed);
  });

  test("Chatterino's, over midnight", async () => {
    const lines =
      '# Start logging at 2022-07-16 23:59:50 CEST\n[23:59:59]  ann: one\n[00:00:01]  bob: two\n# Stop logging at x\n';
    expect(said(await open(lines, { handle: 'chan' }))).toEqual([
      ['ann', 'one', '2022-07-16T23:59:59.000Z'],
      ['bob', 'two', '2022-07-17T00:00:01.000Z'],
    ]);
    const named = { handle: 'chan', name: 'chan-2022-07-16.log' };
    expect(said(await open('[10:00:00] ann: one\n', named))).toEqual([
      ['ann', 'one', '2022-07-16T10:00:00.000Z'],
    ]);
    await expect(open('[10:00:00] ann: one\n', { handle: 'chan' })).rejects.toThrow('times without a date');
  });

  test('lines of IRC that others are read with at once, by the stamp before them', async () => {
    const line = (name: string, text: string) =>
      `:${name}!${name}@${name}.tmi.twitch.tv PRIVMSG #chan :${text}`;
    const lines = `2019-04-30_08:56:59 ;;; ${line('ann', 'a')}\n${line('bob', 'b')}\n\n2019-04-30_08:57:00 ;;; ${line('ann', 'a')}\n`;
    const opened = await open(lines);
    expect(said(opened)).toEqual([
      ['ann', 'a', '2019-04-30T08:56:59.000Z'],
      ['bob', 'b', '2019-04-30T08:56:59.001Z'],
      ['ann', 'a', '2019-04-30T08:57:00.000Z'],
    ]);
  });
});

describe('a log', () => {
  const lines = Array.from({ length: 23 }, (_, at) => `${1_657_987_011 + (at >> 2)} ann: same`).join('\n');
  const given = { handle: 'chan', pageSize: 7 };

  test('is the same whatever it is packed or encoded in', async () => {
    const plain = await open(lines, given);
    expect(new Set(plain?.posts.map((post) => post.platformId)).size).toBe(23);
    for (const form of [
      gzipSync(lines),
      Buffer.from(`\ufeff${lines}`),
      Buffer.from(`\ufeff${lines}`, 'utf16le'),
      lines.replaceAll('\n', '\r\n'),
    ])
      expect((await open(form, given))?.posts).toEqual(plain?.posts);
  });

  test('goes on after any page', async () => {
    const whole = await open(lines, given);
    const second = await open(lines, { ...given, cursor: whole?.pages[0]?.cursor ?? '' });
    expect(second?.posts).toEqual(whole?.posts.slice(7));
  });

  test('leaves out what cannot be read, and says where', async () => {
    const bad = [
      '1657987011 ann: hi',
      'what?',
      `1657987011 ann: ${'x'.repeat(1_000_000)}`,
      '9999999999 ann: hi',
    ].join('\n');
    const opened = await open(bad, { handle: 'chan' });
    expect(opened?.posts).toHaveLength(1);
    expect(opened?.log.rejected).toMatchObject([
      { where: 'line 2', reason: 'it is not a chat line' },
      { where: 'line 3', reason: expect.stringContaining('longer than') },
      { where: 'line 4', reason: expect.stringContaining('its time is impossible: 2286') },
    ]);
  });

  test.each([
    ['text', 'Dear all,\nhello: this is a letter.\n'],
    ['nothing', ''],
    ['other JSON', '[{"tweet":{"id":"1","full_text":"a"}}]'],
    ['an archive', 'window.YTD.tweets.part0 = [ {"tweet":{}} ]'],
    ['numbers', '1,2,3\n4,5,6\n'],
  ])('is not %s', async (_what, content) => expect(await open(content, { handle: 'chan' })).toBeNull());

  test('of several chats, of another chat, cut off or broken is refused with the reason', async () => {
    const two = ['a', 'b'].map((name) => `@tmi-sent-ts=1657986990123 :x!x@x PRIVMSG #${name} :hi`).join('\n');
    await expect(open(two)).rejects.toThrow('several chats (a, b)');
    expect((await open(two, { handle: 'b' }))?.posts).toHaveLength(1);
    await expect(open(JSON.stringify(downloaded), { handle: 'other' })).rejects.toThrow(
      "chan's chat, not of other's",
    );
    await expect(open(JSON.stringify(downloaded).slice(0, -200))).rejects.toThrow('incomplete');
    await expect(open(gzipSync(lines).subarray(0, -10), given)).rejects.toThrow('incomplete');
    await expect(open(lines, { handle: 'x'.repeat(26) })).rejects.toThrow('Not a login');
    await expect(open('what\n1657987011 ann: hi\n')).rejects.toThrow('does not name its channel');
  });
});
