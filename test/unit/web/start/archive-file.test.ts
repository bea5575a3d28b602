import { describe, expect, it, test } from 'vitest';
import { checkFile } from '../../../../web/src/start/archive-file.ts';
import { holdsPosts, zipNames } from '../../../../web/src/start/zip-names.ts';

const text = (words: string) => new TextEncoder().encode(words);
const check = (head: Uint8Array, more: { name?: string; size?: number; mostBytes?: number | null } = {}) =>
  checkFile({
    name: 'file.zip',
    size: 10_000,
    mostBytes: 1_000_000,
    head,
    start: new TextDecoder().decode(head),
    ...more,
  });
const zipHead = Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0, 0);

describe('a file, before it is sent', () => {
  it('is a zip by what it begins with, whatever its name', () => {
    expect(check(zipHead, { name: 'archive' })).toEqual({ kind: 'zip' });
  });

  test.each([
    'window.YTD.tweets.part0 = [',
    '\uFEFFwindow.YTD.tweet.part12 = [',
    'window.YTD.community_tweet.part0 = [',
    'Grailbird.data.tweets_2012_03 = ',
  ])('is a file of posts when it begins with %j', (head) => {
    expect(check(text(head), { name: 'tweets.js' })).toEqual({ kind: 'script' });
  });

  it('is the log of a chat when its text is one, with the channels that it names', () => {
    expect(check(text('[2022-07-16 15:56:51 UTC] ann: hello'), { name: 'chat.txt' })).toEqual({
      kind: 'log',
      channels: [],
    });
    expect(check(text('{"messages":[{"channel":"quay"}]}'), { name: 'chat.json' })).toEqual({
      kind: 'log',
      channels: ['quay'],
    });
  });

  test.each<[string, Uint8Array, object, RegExp]>([
    ['an empty file', new Uint8Array(), { size: 0 }, /is empty/],
    ['a file over the limit', zipHead, { size: 4_290_000_000 }, /4\.29 GB; this server takes 1 MB/],
    ['a zip of nothing', Uint8Array.of(0x50, 0x4b, 0x05, 0x06), {}, /zip without files/],
    ['another part', text('window.YTD.like.part0 = ['), { name: 'like.js' }, /not the one with posts/],
    [
      'a PDF',
      text('%PDF-1.7'),
      { name: 'a.pdf' },
      /a PDF, neither an X archive nor the log of a Twitch chat/,
    ],
    ['a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), { name: 'a.jpg' }, /a picture/],
    ['a web page', text('<!DOCTYPE html><html>'), { name: 'Your archive.html' }, /a web page/],
    ['a table', text('id,text\n1,hello'), { name: 'posts.csv' }, /a \.csv file/],
    ['what has no name to speak of', text('hello'), { name: 'hello' }, /another kind of file/],
  ])('%s is refused in words that help', (_what, head, more, why) => {
    const checked = check(head, more);
    expect(checked).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
  });

  it('is not too large when the limit is not known', () => {
    expect(check(zipHead, { size: 1e12, mostBytes: null })).toEqual({ kind: 'zip' });
  });
});

describe('the directory of a zip', () => {
  const names = ['data/tweets.js', 'data/account.js', 'Größe/ü.txt'];

  it('is read of its end alone', async () => {
    expect(await zipNames(new Blob([zipOf(names)]))).toEqual(names);
    expect(await zipNames(new Blob([zipOf(names), 'a comment behind it']))).toEqual(names);
  });

  it('is read of a zip of over 4 GB too, whose figures stand in a record of their own', async () => {
    expect(await zipNames(new Blob([zipOf(names, { wide: true })]))).toEqual(names);
  });

  it('cannot be read from a file that was cut off', async () => {
    const whole = zipOf(names);
    for (const length of [0, 4, 30, whole.length - 30])
      expect(await zipNames(new Blob([whole.slice(0, length)]))).toBeNull();
  });

  test.each([
    [['data/tweets.js'], true],
    [['twitter-2026/data/tweets-part1.js'], true],
    [['tweet.js'], true],
    [['data/js/tweets/2012_03.js'], true],
    [['data/community-tweet.js'], true],
    [['data/like.js', 'photo.jpg'], false],
    [['data/deleted-tweets.js'], false],
    [[], false],
  ])('%j holds posts: %s', (files, holds) => {
    expect(holdsPosts(files)).toBe(holds);
  });
});

/** The directory of a zip of empty files. */
function zipOf(names: readonly string[], { wide = false } = {}): Uint8Array<ArrayBuffer> {
  const entries = names.map((name) => {
    const bytes = text(name);
    const entry = new Uint8Array(46 + bytes.length);
    const view = new DataView(entry.buffer);
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(28, bytes.length, true);
    entry.set(bytes, 46);
    return entry;
  });
  const start = 100;
  const length = entries.reduce((sum, entry) => sum + entry.length, 0);
  const record = new DataView(new ArrayBuffer(wide ? 56 : 0));
  if (wide) {
    record.setUint32(0, 0x06064b50, true);
    record.setBigUint64(40, BigInt(length), true);
    record.setBigUint64(48, BigInt(start), true);
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(12, wide ? 0xffffffff : length, true);
  end.setUint32(16, wide ? 0xffffffff : start, true);
  const parts = [
    new Uint8Array(start),
    ...entries,
    new Uint8Array(record.buffer),
    new Uint8Array(end.buffer),
  ];
  const zip = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    zip.set(part, at);
    at += part.length;
  }
  return zip;
}
