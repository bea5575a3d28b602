import { describe, expect, it, test } from 'vitest';
import { checkFile } from '../../../../web/src/start/archive-file.ts';
import { holdsPosts, zipNames } from '../../../../web/src/start/zip-names.ts';
import { withZip64End, zipOf } from '../../../support/zips.ts';

const text = (words: string) => new TextEncoder().encode(words);
const check = (head: Uint8Array, more: { name?: string; size?: number; mostBytes?: number | null } = {}) =>
  checkFile({ name: 'file.zip', size: 10_000, mostBytes: 1_000_000, head, ...more });
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

  test.each<[string, Uint8Array, object, RegExp]>([
    ['an empty file', new Uint8Array(), { size: 0 }, /is empty/],
    ['a file over the limit', zipHead, { size: 4_290_000_000 }, /4\.29 GB; this server takes 1 MB/],
    ['a zip of nothing', Uint8Array.of(0x50, 0x4b, 0x05, 0x06), {}, /zip without files/],
    ['another part', text('window.YTD.like.part0 = ['), { name: 'like.js' }, /not the one with posts/],
    ['a PDF', text('%PDF-1.7'), { name: 'a.pdf' }, /a PDF, not an X archive/],
    ['a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), { name: 'a.jpg' }, /a picture/],
    ['a web page', text('<!DOCTYPE html><html>'), { name: 'Your archive.html' }, /a web page/],
    ['a table', text('id,text\n1,hello'), { name: 'posts.csv' }, /a \.csv file/],
    ['what has no name to speak of', text('hello'), { name: 'hello' }, /another kind of file/],
  ])('%s is refused in words that help', (_what, head, more, why) => {
    const checked = check(head, more);
    expect(checked).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
  });

  it('is not too large where the limit is not known', () => {
    expect(check(zipHead, { size: 1e12, mostBytes: null })).toEqual({ kind: 'zip' });
  });
});

describe('the directory of a zip', () => {
  const members = ['data/tweets.js', 'data/account.js', 'Größe/ü.txt'].map((name) => ({
    name,
    content: Buffer.from('[]'),
  }));
  const names = members.map(({ name }) => name);

  it('is read of its end alone', async () => {
    expect(await zipNames(new Blob([Uint8Array.from(zipOf(members))]))).toEqual(names);
  });

  it('is read of a zip of over 4 GB too', async () => {
    const zip = zipOf(members);
    const end = zip.length - 22;
    const start = zip.readUInt32LE(end + 16);
    const wide = withZip64End(zip, { entries: 3n, start: BigInt(start) });
    wide.writeBigUInt64LE(BigInt(zip.readUInt32LE(end + 12)), end + 40);
    // As writers have it that need the wide record: the narrow one says nothing.
    wide.writeUInt32LE(0xffffffff, wide.length - 22 + 12);
    wide.writeUInt32LE(0xffffffff, wide.length - 22 + 16);
    expect(await zipNames(new Blob([Uint8Array.from(wide)]))).toEqual(names);
  });

  it('cannot be told of a file that was cut off', async () => {
    const whole = Uint8Array.from(zipOf(members));
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
