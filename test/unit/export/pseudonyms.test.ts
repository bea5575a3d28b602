import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExportRow } from '../../../src/export/columns.ts';
import { makePseudonyms } from '../../../src/export/pseudonyms.ts';

const base = {
  stream: 'ada_lovelace',
  streamKind: 'ACCOUNT',
  platform: 'X',
  postId: '1849837218345678901',
  url: 'https://x.com/i/status/1849837218345678901',
  authorId: '783214783214783',
  authorHandle: 'Ada_Lovelace',
  authorName: 'Ada Lovelace',
  authorAvatarUrl: 'https://pbs.twimg.com/profile_images/783214783214783/a.jpg',
  text: 'plain',
  client: 'Twitter Web App',
  replyTo: 'babbage',
  repostOf: null,
  parentId: '1849837218345678900',
  quotedId: null,
  repostedId: null,
  hashtags: ['engines'],
  mentions: ['babbage'],
  cashtags: [],
  urls: [],
  words: [],
  media: [],
  likes: 3,
} as unknown as ExportRow; // safe: the other columns are passed on as they are

const rowWith = (more: Partial<ExportRow>) => ({ ...base, ...more });

test('an author has one pseudonym, also in mentions, in upper and lower case', () => {
  const pseudonymise = makePseudonyms();
  const own = pseudonymise(base);
  const answer = pseudonymise(
    rowWith({
      authorHandle: 'babbage',
      replyTo: 'ada_lovelace',
      mentions: ['ada_lovelace'],
      text: '@ADA_lovelace yes',
    }),
  );
  expect(own.authorId).toBe(own.authorHandle);
  expect(own.authorName).toBe(own.authorHandle);
  expect(own.stream).toBe(own.authorHandle);
  expect(answer.replyTo).toBe(own.authorHandle);
  expect(answer.mentions).toEqual([own.authorHandle]);
  expect(answer.text).toBe(`@${own.authorHandle} yes`);
  expect(answer.authorHandle).toBe(own.replyTo);
  expect(answer.authorHandle).not.toBe(own.authorHandle);
});

test('posts have pseudonyms, too, so that threads stay connected', () => {
  const pseudonymise = makePseudonyms();
  const parent = pseudonymise(rowWith({ postId: '1849837218345678900' }));
  expect(pseudonymise(base).parentId).toBe(parent.postId);
  expect(parent.url).toBeNull();
});

test('two exports have different pseudonyms', () => {
  expect(makePseudonyms()(base).authorHandle).not.toBe(makePseudonyms()(base).authorHandle);
});

test.each([
  ['https://x.com/Ada_Lovelace', /^https:\/\/x\.com\/user_[a-p]{20}$/],
  [
    'https://twitter.com/ada_lovelace/status/1849837218345678901?s=20',
    /^https:\/\/x\.com\/user_[a-p]{20}\/status\/post_[a-p]{20}$/,
  ],
  ['mobile.twitter.com/ada_lovelace/', /^https:\/\/x\.com\/user_[a-p]{20}$/],
  ['https://x.com/i/status/1849837218345678901', /^https:\/\/x\.com\/i\/status\/post_[a-p]{20}$/],
  ['https://x.com/i/user/783214783214783', /^https:\/\/x\.com\/$/],
  ['https://twitter.com/intent/user?screen_name=ada_lovelace', /^https:\/\/x\.com\/$/],
  ['https://x.com/search?q=from%3Aada_lovelace', /^https:\/\/x\.com\/$/],
  ['https://t.co/AbCdEf', /^https:\/\/x\.com\/$/],
  ['https://pbs.twimg.com/profile_images/783214783214783/a.jpg', /^https:\/\/x\.com\/$/],
  ['https://threads.example/1849837218345678901.html', /^https:\/\/threads\.example\/post_[a-p]{20}\.html$/],
  ['ada@x.com', /^ada@user_[a-p]{20}\.com$/],
  ['https://netflix.com/browse', /^https:\/\/netflix\.com\/browse$/],
])('%s identifies nobody any more', (address, cleaned) => {
  const { urls, text } = makePseudonyms()(rowWith({ urls: [address], text: `see ${address} now` }));
  expect((urls as string[])[0]).toMatch(cleaned);
  expect(String(text).slice(4, -4)).toMatch(cleaned);
});

test('pictures keep their kind and their description, not their address', () => {
  const media = [
    { kind: 'VIDEO', url: 'https://video.twimg.com/1/2', previewUrl: 'https://a/b', alt: 'with @babbage' },
  ];
  const [first] = makePseudonyms()(rowWith({ media })).media as { alt: string }[];
  expect(first).toMatchObject({ kind: 'VIDEO', url: null, previewUrl: null });
  expect(first?.alt).toMatch(/^with @user_[a-p]{20}$/);
});

test('no handle or id is left, wherever a text has them', () => {
  const handle = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{7,14}$/).map((text) => `Zq${text}`);
  const id = fc.bigInt({ min: 10n ** 16n, max: 2n ** 63n - 1n }).map(String);
  const around = fc.constantFrom(
    '',
    ' ',
    '\n',
    '.',
    '(',
    ')',
    'RT ',
    '。',
    '😀',
    '…',
    ': ',
    'https://x.com/',
    'x.com/',
    '/',
  );
  fc.assert(
    fc.property(
      handle,
      id,
      fc.array(fc.tuple(around, fc.boolean(), around), { maxLength: 5 }),
      (name, number, parts) => {
        const text = parts
          .map(([before, isName, after]) => `${before}${isName ? `@${name}` : number}${after}`)
          .join(' ');
        const row = rowWith({
          authorHandle: name,
          mentions: [name.toLowerCase()],
          postId: number,
          text,
          urls: [text],
        });
        const out = JSON.stringify(makePseudonyms()(row)).toLowerCase();
        expect(out).not.toContain(name.toLowerCase());
        expect(out).not.toContain(number);
      },
    ),
    { numRuns: 300 },
  );
});

test('a long text of dots and signs is cleaned in a moment', () => {
  const text = 'a.'.repeat(12_000) + '@'.repeat(12_000) + 'x.com/'.repeat(4_000);
  expect(String(makePseudonyms()(rowWith({ text })).text).length).toBeGreaterThan(0);
});
