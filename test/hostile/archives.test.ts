import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { answerOf, answerOfPath, hostileFolder, openFilesIn, refusalOf } from '../support/open-hostile.ts';
import { note, tweet } from '../support/x-archive.ts';
import { type ZipMember, zipOf } from '../support/zips.ts';

const folder = await hostileFolder();
const at = Date.UTC(2023, 0, 1);
const tweetsOf = (texts: readonly string[], from = at) =>
  texts.map((text, number) => ({ tweet: tweet({ at: from + number * 1_000, text }) }));
const assigned = (records: readonly unknown[]) => `window.YTD.tweets.part0 = ${JSON.stringify(records)}`;
const good = JSON.stringify(tweetsOf(['good'])[0]);
const fileOf = (...records: readonly string[]) => `window.YTD.tweets.part0 = [${records.join(',')}]`;

test.each<[string, () => string, RegExp]>([
  ['nested a million deep', () => `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /more than 100 nested brackets/],
  ['of a million open objects', () => '{"a":'.repeat(1e6), /more than 100 nested brackets/],
  [
    'of one gigantic string',
    () => `{"tweet":{"full_text":"${'x'.repeat(9_000_000)}"}}`,
    /longer than 8388608 bytes/,
  ],
])('a tweets.js with a record %s is refused', async (_, record, message) => {
  expect(await refusalOf(folder, fileOf(good, record()))).toMatch(message);
});

test('a record of a million objects is left out, and the others are imported', async () => {
  const million = `{"tweet":{"a":[${'{},'.repeat(1e6)}{}]}}`;
  expect(await answerOf(folder, fileOf(million, good))).toEqual({ posts: 1 });
  expect(await refusalOf(folder, fileOf(million))).toMatch(/None of the 1 records.*more than 10000 brackets/);
});

test('an account.js that is larger than any real one is refused before it is parsed', async () => {
  const account = `window.YTD.account.part0 = [{"account":{"username":"ada","x":[${'{},'.repeat(5e5)}{}]}}]`;
  const zip = zipOf([
    { name: 'data/account.js', content: account },
    { name: 'data/tweets.js', content: fileOf(good) },
  ]);
  expect(await refusalOf(folder, zip)).toMatch(/account\.js is larger than 1048576 bytes/);
});

test('long posts of one second are accepted up to the number that a person can write', async () => {
  const notes = Array.from({ length: 500 }, (_, number) => ({ noteTweet: note(at, `${number} good`) }));
  const zip = zipOf([
    { name: 'data/note-tweet.js', content: `window.YTD.note_tweet.part0 = ${JSON.stringify(notes)}` },
    { name: 'data/tweets.js', content: fileOf(good) },
  ]);
  expect(await answerOf(folder, zip)).toEqual({ posts: 1 });
});

test('long posts are read once for all tweets of their second, and again only for the tweets that have them', async () => {
  const notes = Array.from({ length: 20 }, (_, number) => ({
    noteTweet: note(at + number, `${number} ${'same '.repeat(50_000)}`),
  }));
  const tweets = Array.from({ length: 2_000 }, (_, number) => ({
    tweet: tweet({ at, id: String(number + 1), text: `${number % 40} same same…` }),
  }));
  const zip = zipOf([
    { name: 'data/note-tweet.js', content: `window.YTD.note_tweet.part0 = ${JSON.stringify(notes)}` },
    { name: 'data/tweets.js', content: assigned(tweets) },
  ]);
  const parse = vi.spyOn(JSON, 'parse');
  onTestFinished(() => parse.mockRestore());
  expect(await answerOf(folder, zip)).toEqual({ posts: tweets.length });
  const long = parse.mock.calls.filter(([json]) => json.length > 200_000).length;
  // When it is found, once for its beginning, and once for each tweet that has it.
  expect(long).toBe(20 * (1 + 1 + 5));
});

test('more versions of edited tweets than X allows are refused', async () => {
  const versions = (from: number) =>
    Array.from({ length: 150_000 }, (_, number) => String(from * 150_000 + number + 1));
  const edits = Array.from({ length: 7 }, (_, from) => ({
    tweet: tweet({
      at: at + from,
      text: 'x',
      more: { edit_info: { initial: { editTweetIds: versions(from) } } },
    }),
  }));
  expect(await refusalOf(folder, assigned(edits))).toMatch(/more than 1000000 versions/);
});

const honest: readonly ZipMember[] = [
  {
    name: 'data/account.js',
    content: 'window.YTD.account.part0 = [{"account":{"username":"ada","accountId":"42"}}]',
  },
  { name: 'data/tweets.js', content: assigned(tweetsOf(['one', 'two', 'three'])) },
  {
    name: 'data/tweets-part1.js',
    content: `window.YTD.tweets.part1 = ${JSON.stringify(tweetsOf(['four'], at - 9_000))}`,
    method: 0,
  },
];

/** Damage to a file: one place of it is changed, lost or duplicated. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  how: fc.constantFrom('flip', 'drop', 'double', 'cut', 'noise'),
  noise: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});
type Damage = {
  readonly at: number;
  readonly length: number;
  readonly how: string;
  readonly noise: Uint8Array;
};

function damaged(bytes: Buffer, { at: share, length, how, noise }: Damage): Buffer {
  const from = Math.floor(share * bytes.length);
  const [before, place, after] = [
    bytes.subarray(0, from),
    bytes.subarray(from, from + length),
    bytes.subarray(from + length),
  ];
  if (how === 'cut') return Buffer.from(before);
  if (how === 'drop') return Buffer.concat([before, after]);
  if (how === 'double') return Buffer.concat([before, place, place, after]);
  if (how === 'noise') return Buffer.concat([before, noise, after]);
  return Buffer.concat([before, place.map((byte) => byte ^ (noise[0] ?? 1)), after]);
}

/** Posts or BAD_INPUT, which `answerOf` checks; no file is open afterwards. */
async function isAnswered(file: Buffer | string): Promise<void> {
  const answer = await answerOf(folder, file);
  if ('refused' in answer) expect(answer.refused.length).toBeLessThan(2_000);
  expect(await openFilesIn(folder)).toEqual([]);
}

test('a zip with any damage gives posts or BAD_INPUT', async () => {
  const zip = zipOf(honest);
  expect(await answerOf(folder, zip)).toEqual({ posts: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const bytes = damages.reduce(damaged, zip);
      // An empty file is recognised by its size.
      if (bytes.length > 0) await isAnswered(bytes);
    }),
    { numRuns: 300 },
  );
});

const anyMember: fc.Arbitrary<ZipMember> = fc
  .record(
    {
      name: fc.oneof(
        fc.constantFrom(
          'data/tweets.js',
          'data/tweets-part1.js',
          'data/account.js',
          'data/note-tweet.js',
          'x/data/tweets.js',
        ),
        fc.string({ unit: 'binary', maxLength: 30 }).map((text) => `${text}/tweets.js`),
      ),
      content: fc.oneof(
        fc.constant(fileOf(good)),
        fc.string({ unit: 'binary' }),
        fc.json().map((json) => `x = [${json}]`),
      ),
      packed: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      method: fc.constantFrom(0, 8, 8, 9, 99),
      flags: fc.constantFrom(0, 0x800, 1, 0x41, 0xffff),
      localExtra: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      centralExtra: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      declared: fc.record(
        {
          packedBytes: fc.constantFrom(0, 1, 40, 0x7fffffff, 0xffffffff),
          bytes: fc.constantFrom(0, 1, 300, 0x7fffffff, 0xffffffff),
          checksum: fc.constantFrom(0, 0xffffffff),
          offset: fc.constantFrom(0, 1, 100, 0x7fffffff, 0xffffffff),
          mode: fc.constantFrom(0o120777, 0o040755, 0),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name', 'content'] },
  )
  .map((member) => member as ZipMember); // safe: what is not required is left out, not undefined

test('a zip with any headers gives posts or BAD_INPUT', async () => {
  const end = fc.record(
    {
      entries: fc.constantFrom(0, 1, 5, 0xffff),
      directoryStart: fc.constantFrom(0, 7, 0x7fffffff, 0xffffffff),
    },
    { requiredKeys: [] },
  );
  const members = fc.array(anyMember, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      members,
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, end),
      async (made, told) => {
        await isAnswered(zipOf(made, told));
      },
    ),
    { numRuns: 300 },
  );
});

test('a tweets.js with any damage, plain or gzipped, gives posts or BAD_INPUT', async () => {
  const plain = Buffer.from(assigned(tweetsOf(['one', 'two "quoted" \\ \u{1f600}', 'three'])));
  await fc.assert(
    fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (damages, gzipped) => {
        const bytes = damages.reduce(damaged, gzipped ? gzipSync(plain) : plain);
        if (bytes.length > 0) await isAnswered(bytes);
      },
    ),
    { numRuns: 300 },
  );
});

test('a tweet with any values under its keys gives posts or BAD_INPUT', async () => {
  const usual = tweet({ at, text: 'usual' });
  const keys = fc.constantFrom(
    ...Object.keys(usual),
    'extended_entities',
    'user',
    'note_tweet',
    'in_reply_to_status_id_str',
  );
  const changes = fc.dictionary(keys, fc.jsonValue({ maxDepth: 4 }), { minKeys: 1, maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 5 }), async (all) => {
      await isAnswered(assigned(all.map((change) => ({ tweet: { ...usual, ...change } }))));
    }),
    { numRuns: 200 },
  );
});

test('files of any name and content in a folder give posts or BAD_INPUT', async () => {
  const root = join(folder, 'unpacked');
  const names = fc.constantFrom(
    'tweets.js',
    'tweets.js.gz',
    'account.js',
    'profile.js',
    'manifest.js',
    'js/user_details.js',
  );
  const files = fc.dictionary(
    names,
    fc.oneof(fc.constant(fileOf(good)), fc.json(), fc.string({ unit: 'binary' })),
    { minKeys: 1 },
  );
  await fc.assert(
    fc.asyncProperty(files, async (made) => {
      await rm(root, { recursive: true, force: true });
      await mkdir(join(root, 'data/js'), { recursive: true });
      for (const [name, content] of Object.entries(made)) await writeFile(join(root, 'data', name), content);
      await answerOfPath(folder, root);
      expect(await openFilesIn(folder)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
