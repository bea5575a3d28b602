import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answerOf, hostileFolder, openFilesIn, refusalOf } from '../support/open-hostile.ts';
import { tweet } from '../support/x-archive.ts';
import {
  localHeader,
  packedBytes,
  storedBlock,
  withZip64End,
  type ZipMember,
  zip64Extra,
  zipOf,
} from '../support/zips.ts';

const folder = await hostileFolder();

const listOf = (texts: readonly string[], part = 0) =>
  `window.YTD.tweets.part${part} = ${JSON.stringify(
    texts.map((text, at) => ({ tweet: tweet({ at: Date.UTC(2023, 0, 1) + part * 1e6 + at * 1_000, text }) })),
  )}`;
const account: ZipMember = {
  name: 'data/account.js',
  content: 'window.YTD.account.part0 = [{"account":{"username":"ada","accountId":"42"}}]',
};
const tweets: ZipMember = { name: 'data/tweets.js', content: listOf(['one', 'two']) };
const part1: ZipMember = { name: 'data/tweets-part1.js', content: listOf(['three'], 1) };

const zipWith = (change: Partial<ZipMember>) => zipOf([account, { ...tweets, ...change }]);
const declaring = (declared: NonNullable<ZipMember['declared']>) => zipWith({ declared });

test('a valid zip that is made by hand gives its posts, also one with stored files', async () => {
  expect(await answerOf(folder, zipOf([account, tweets, part1]))).toEqual({ posts: 3 });
  const stored = [account, tweets, part1].map((member) => ({ ...member, method: 0 }));
  expect(await answerOf(folder, zipOf(stored))).toEqual({ posts: 3 });
});

/** The compressed bytes of each file contain the header of the next, as a deflate block that stores it. */
function quotedOverlap(): Buffer {
  const inner = packedBytes(part1);
  const header = localHeader(part1, inner);
  const content = Buffer.concat([header, Buffer.from(part1.content)]);
  const quoting = Buffer.concat([storedBlock(header, false), inner]);
  const outer = { ...tweets, content, packed: quoting };
  const start = localHeader(outer, quoting).length + 5;
  return zipOf([outer, { ...part1, declared: { offset: start } }, account]);
}

/** The extra field of its header covers the header of the next; both have the same compressed bytes. */
function extraFieldOverlap(): Buffer {
  const packed = packedBytes(tweets);
  const inner = { ...tweets, name: 'data/tweets-part1.js' };
  const quoted = localHeader(inner, packed);
  const field = Buffer.alloc(4);
  field.writeUInt16LE(0x9999, 0);
  field.writeUInt16LE(quoted.length, 2);
  const localExtra = Buffer.concat([field, quoted]);
  const start = localHeader({ ...tweets, localExtra }, packed).length - quoted.length;
  return zipOf([{ ...tweets, localExtra }, { ...inner, declared: { offset: start } }, account]);
}

test.each<[string, Buffer]>([
  [
    'that share one header',
    zipOf([account, tweets, { ...tweets, name: 'data/tweets-part1.js', declared: { offset: 0 } }]),
  ],
  [
    'that share the header of a file that nobody reads',
    zipOf([tweets, { ...tweets, name: 'data/photo.jpg', declared: { offset: 0 } }]),
  ],
  ['of which one quotes the header of the next', quotedOverlap()],
  ["whose header's extra field covers the next", extraFieldOverlap()],
  [
    'of which one runs into the next',
    zipOf([{ ...tweets, declared: { packedBytes: packedBytes(tweets).length + 1 } }, part1]),
  ],
  [
    'of which the last runs into the table of contents',
    zipOf([account, { ...tweets, declared: { packedBytes: packedBytes(tweets).length + 1 } }]),
  ],
  [
    'that stand in the table of contents',
    zipOf([account, tweets, { ...part1, declared: { offset: 5_000 } }], {}),
  ],
])('files %s are refused', async (_, zip) => {
  expect(await refusalOf(folder, zip)).toMatch(/overlap: it is a zip bomb|refers to bytes beyond its end/);
});

test('files that are each within the ratio are refused by the ratio of the whole zip', async () => {
  const content = (part: number) => listOf(['x'.repeat(3_000_000)], part);
  const parts = Array.from({ length: 8 }, (_, part) => ({
    name: `data/tweets-part${part}.js`,
    content: content(part),
  }));
  expect(await refusalOf(folder, zipOf([account, ...parts]))).toMatch(
    /would decompress to \d+ bytes.*zip bomb/,
  );
  // Some megabytes do no harm, from a file of any size.
  expect(await answerOf(folder, zipOf([account, ...parts.slice(0, 2)]))).toEqual({ posts: 2 });
});

test.each<[string, Buffer, RegExp]>([
  [
    'that leads out of the zip',
    zipOf([tweets, { name: '../data/account.js', content: 'x' }]),
    /\.\.\/data\/account\.js/,
  ],
  [
    'that leads out of it by backslashes',
    zipOf([tweets, { name: 'a\\..\\..\\b.js', content: 'x' }]),
    /a\/\.\.\/\.\.\/b\.js/,
  ],
  ['that is absolute', zipOf([{ ...tweets, name: '/data/tweets.js' }]), /absolute path/],
  ['of a Windows drive', zipOf([{ ...tweets, name: 'C:/data/tweets.js' }]), /absolute path/],
  ['with a NUL', zipOf([{ ...tweets, name: 'x\0/data/tweets.js' }]), /NUL/],
  [
    'of 60,000 characters',
    zipOf([{ ...tweets, name: `${'x'.repeat(60_000)}/tweets.js` }]),
    /more than 1000 characters/,
  ],
])('a name %s is refused', async (_, zip, message) => {
  const refused = await refusalOf(folder, zip);
  expect(refused).toMatch(message);
  expect(refused.length).toBeLessThan(500);
});

test.each<[string, Buffer, RegExp]>([
  ['that is encrypted', zipWith({ flags: 1 }), /is encrypted/],
  ['that is strongly encrypted', zipWith({ flags: 0x41 }), /strong encryption/],
  [
    'packed by a method nobody knows',
    zipWith({ method: 99, packed: Buffer.from('x') }),
    /compressed by method 99/,
  ],
  ['that is a link', declaring({ mode: 0o120777 }), /is a link/],
  ['that unpacks to more than declared', declaring({ bytes: 10 }), /more than the 10 bytes/],
  ['that unpacks to less than declared', declaring({ bytes: 9_000 }), /checksum differs/],
  ['with another checksum', declaring({ checksum: 1 }), /checksum differs/],
  ['cut within its packed bytes', declaring({ packedBytes: 20 }), /is damaged/],
  ['that is no deflate', zipWith({ packed: Buffer.from([7, 7, 7, 7]) }), /is damaged/],
  [
    'whose zip64 size is larger than any disk',
    zipWith({ declared: { bytes: 0xffffffff }, centralExtra: zip64Extra(2n ** 63n) }),
    /zip bomb/,
  ],
  [
    'whose zip64 packed size is larger than any disk',
    zipWith({ declared: { packedBytes: 0xffffffff }, centralExtra: zip64Extra(2n ** 62n) }),
    /overflows/,
  ],
  [
    'whose zip64 place is beyond all numbers',
    zipWith({ declared: { offset: 0xffffffff }, centralExtra: zip64Extra(2n ** 64n - 1n) }),
    /overlap|beyond its end/,
  ],
  [
    'whose zip64 field is empty',
    declaring({ bytes: 0xffffffff, packedBytes: 0xffffffff }),
    /zip bomb|overlap/,
  ],
])('a file %s is refused', async (_, zip, message) => {
  expect(await refusalOf(folder, zip)).toMatch(message);
});

const honest = zipOf([account, tweets]);

test.each<[string, Buffer, RegExp]>([
  ['that counts more files than it lists', zipOf([account, tweets], { entries: 3 }), /not a complete zip/],
  [
    'that counts fewer files than it lists',
    zipOf([account, tweets], { entries: 1 }),
    /lists more files than it counts/,
  ],
  [
    'whose table of contents is elsewhere',
    zipOf([account, tweets], { directoryStart: 7 }),
    /not a complete zip/,
  ],
  [
    'whose table of contents is beyond its end',
    zipOf([account, tweets], { directoryStart: 0x7fffffff }),
    /not a complete zip/,
  ],
  ['that counts too many files', withZip64End(honest, { entries: 2n ** 40n, start: 0n }), /Too many files/],
  [
    'whose table is beyond all numbers',
    withZip64End(honest, { entries: 2n, start: 2n ** 64n - 1n }),
    /beyond its end/,
  ],
  [
    'whose zip64 end is beyond all numbers',
    withZip64End(honest, { entries: 2n, start: 0n, record: 2n ** 64n - 1n }),
    /beyond its end/,
  ],
  ['of an end only', zipOf([]), /holds no tweets/],
  ['of two letters', Buffer.from('PK'), /not a complete zip/],
])('a zip %s is refused', async (_, zip, message) => {
  expect(await refusalOf(folder, zip)).toMatch(message);
});

test('a zip that is cut anywhere is refused, and closed', async () => {
  for (let length = 1; length < honest.length; length += 7) {
    await refusalOf(folder, honest.subarray(0, length));
  }
  expect(await openFilesIn(folder)).toEqual([]);
});

test("the list of a zip's files takes no more memory than their names", async () => {
  // Otherwise 60 kB of comment and extra field would be held for each of 10,000 files.
  const extra = Buffer.alloc(60_000);
  extra.writeUInt16LE(0x9999, 0);
  extra.writeUInt16LE(59_996, 2);
  const packed = deflateRawSync('x = []');
  const many = Array.from({ length: 3_000 }, (_, at) => ({
    name: `data/tweets-part${at}.js`,
    content: 'x = []',
    packed,
    centralExtra: extra,
  }));
  const zip = zipOf([account, ...many]);
  expect(await refusalOf(folder, zip)).toMatch(/has other contents/);
});
