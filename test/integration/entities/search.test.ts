import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { withoutMarks } from '../../../src/shared/fold.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { searchQuery } from '../../../src/shared/search-query.ts';
import { searchWords } from '../../../src/shared/search-words.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { postWith } from '../../unit/ingest/enrich/post.ts';

const db = await openStore();
const app = openApp(db);

/** A post of the account as an import would deliver it. */
function imported(account: ReturnType<typeof anAccount>, text: string, language: string | null = 'en') {
  const { platformId, author } = aPost(account);
  return { ...enrich(postWith(text, { language })), platformId, author };
}

async function search(handle: string, typed: string, orderBy = 'NEWEST') {
  return ask(
    app,
    `query ($handle: String!, $search: String!, $orderBy: PostOrder!) {
      account(handle: $handle) { posts(filter: { search: $search }, orderBy: $orderBy, first: 100) { nodes { text } } }
    }`,
    { handle, search: typed, orderBy },
  );
}

async function found(handle: string, typed: string): Promise<readonly string[]> {
  const { data, errors } = await search(handle, typed);
  expect(errors).toBeUndefined();
  return data.account.posts.nodes.map((node: { text: string }) => node.text).sort();
}

describe('the words of a post are found', () => {
  const account = anAccount();
  const texts: readonly (readonly [text: string, language?: string])[] = [
    ['Left/Right Centre,Edge'],
    ['see you/them at cliff.jpg, v2.3.4 of deno.land-like tools'],
    ['the R&D of ACME-42 ends.Then begins <em>slowly</em>'],
    ['write to jo.doe@example.net or read http://example.net/otters/list.html?page=two'],
    ['#Long_Weekend with @Some_One and an_odd_name'],
    ['une journée à la plage, très naïve'],
    ['une journe\u0301e NFD'],
    ['ＷＩＤＥ letters and 𝗯𝗼𝗹𝗱 ones', 'en'],
    ['ﾊﾝﾊﾞｰｶﾞｰを食べた', 'ja'],
    ['北京烤鸭很好吃', 'zh'],
    ['IŞIKLAR İzmir', 'tr'],
    ["ClichÉ: rock'n'roll’s end—so…long"],
  ];
  const saved = savePosts(
    db,
    account,
    texts.map(([text, language = 'en']) => imported(account, text, language)),
  );

  test.each([
    ['right', [0]],
    ['left/right', [0]],
    ['"centre edge"', [0]],
    ['right/left', []],
    ['them', [1]],
    ['cliff', [1]],
    ['cliff.jpg', [1]],
    ['4', [1]],
    ['v2.3.4', [1]],
    ['r&d', [2]],
    ['42', [2]],
    ['acme 42', [2]],
    ['ACME-42', [2]],
    ['then', [2]],
    ['em', [2]],
    ['doe', [3]],
    ['jo.doe@example.net', [3]],
    ['otters', [3]],
    ['http://example.net/otters/list.html', [3]],
    ['two', [3]],
    ['#long_weekend', [4]],
    ['weekend', [4]],
    ['@Some_One', [4]],
    ['some_one', [4]],
    ['odd', [4]],
    ['an_odd_name', [4]],
    ['journee', [5, 6]],
    ['journée', [5, 6]],
    ['JOURNE\u0301E -plage', [6]],
    ['naive', [5]],
    ['"tres naive"', [5]],
    ['wide bold', [7]],
    ['ｗｉｄｅ', [7]],
    ['ハンバーガー', [8]],
    ['ﾊﾝﾊﾞｰｶﾞｰ', [8]],
    ['烤鸭', [9]],
    ['ışıklar', [10]],
    ['IŞIKLAR', [10]],
    ['isiklar', [10]],
    ['izmir', [10]],
    ['İZMİR', [10]],
    ['cliche', [11]],
    ["rock'n'roll", [11]],
    ['long', [4, 11]],
    ['otters or plage', [3, 5]],
    ['wide -bold', []],
    ['nothing', []],
  ])('%s finds %j', async (typed, expected) => {
    await saved;
    expect(await found(account.handle, typed)).toEqual(
      expected.map((at) => (texts[at]?.[0] ?? '').normalize('NFC')).sort(),
    );
  });
});

// Of many scripts, joined by any separator or none.
const pieces = fc.oneof(
  fc.constantFrom(
    ...'café cafe\u0301 NAÏVE straße STRASSE ΟΔΟΣ αθήνα łódź İzmir IŞIK ışık ёлка мой п’ять Türkiye’de'.split(
      ' ',
    ),
  ),
  fc.constantFrom(
    ...'東京タワー ｱﾆﾒ がんばれ 眠いｗｗｗ 中文分词 สวัสดี 안녕하세요 ㅋㅋ हिन्दी العربية می‌خواهم 5G网络 vpnом 𝗯𝗼𝗹𝗱 ﬁne'.split(
      ' ',
    ),
  ),
  fc.constantFrom(
    'http://a.org/Cats/index.html',
    'https://нет.invalid/путь',
    'b.com',
    'https://t.co/x1…',
    'me.you@c.net',
  ),
  fc.constantFrom(
    '#tag_one',
    '＃タグ',
    '@ada',
    '#İzmir',
    '$TSLA',
    'word',
    'Obama’s',
    "don't",
    "l'homme",
    '1½',
    'x²',
    '10k',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const joints = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  '',
  '/',
  '.',
  '-',
  '_',
  "'",
  '’',
  '、',
  '🎉',
  '❤️',
  '\u200d',
  '…',
);
const texts = fc.array(fc.tuple(pieces, joints), { maxLength: 8 }).map((parts) => parts.flat().join(''));
const languages = fc.constantFrom(null, 'en', 'fr', 'tr', 'uk', 'ja', 'zh', 'th', 'de');

/** For each term, the posts that have it and that a search for it does not find. */
async function missed(
  posts: readonly EnrichedPost[],
  streamId: number,
  kind: 'words' | 'hashtags' | 'mentions',
) {
  const terms = [...new Set(posts.flatMap((post) => post[kind]))];
  return db.sql`
    select s.term, p.text from unnest(${terms}::text[], ${terms.map(searchQuery)}::text[]) s (term, query)
    join posts p on p.stream_id = ${streamId} and s.term = any(p.${db.sql(kind)})
    where not p.search @@ s.query::tsquery`;
}

test('every word that is counted in a text of any script is found by the search', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(texts, languages), { minLength: 100, maxLength: 100 }),
      async (written) => {
        const account = anAccount();
        const posts = written.map(([text, language]) => imported(account, text, language));
        const { streamId } = await savePosts(db, account, posts);
        for (const kind of ['words', 'hashtags', 'mentions'] as const)
          expect(await missed(posts, streamId, kind)).toEqual([]);
      },
    ),
    { numRuns: 10, endOnFailure: true },
  );
});

test('a search finds no text without the typed words', async () => {
  const account = anAccount();
  const posts = fc.sample(texts, 200).map((text) => imported(account, text, null));
  await savePosts(db, account, posts);
  // Word by word, because the search removes marks of some letters only beside others.
  const plain = (text: string) => searchWords(text).map(withoutMarks).join(' ');
  for (const word of new Set(posts.flatMap((post) => post.words).slice(0, 60)))
    for (const text of await found(account.handle, word))
      for (const part of searchWords(word)) expect(plain(text)).toContain(plain(part));
});

describe('any typed text', () => {
  const account = anAccount();
  const saved = savePosts(db, account, [aPost(account, { text: 'cats and dogs' })]);
  const odd = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        ...`-"'\\:&|!()<>*@#“”,./ \t\n\0`,
        ' or ',
        ' OR ',
        '<->',
        '--',
        '- ',
        ':*',
        ' -"',
        'ab',
        '東',
        '\ud800',
        '🎉',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 300,
  });
  const codes = async (typed: string) => {
    await saved;
    const newest = await search(account.handle, typed);
    const best = await search(account.handle, typed, 'RELEVANCE');
    return [newest, best].map(({ errors }) => errors?.[0]?.extensions.code ?? 'found');
  };

  test('gives a result, or BAD_INPUT', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (typed) => {
        for (const code of await codes(typed)) expect(['found', 'BAD_INPUT']).toContain(code);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['33 hyphens', `cats ${'-'.repeat(33)}`],
    ['hyphens with spaces', 'cats - - '.repeat(100)],
    ['hyphens and words', '-a'.repeat(480)],
    ['nothing but operators', '& | ! ( ) <-> : * -'],
    ['nothing but quotes', '"'.repeat(999)],
    ['nothing but or', 'or '.repeat(333)],
    ['a word of 1,000 letters', 'ä'.repeat(1_000)],
    ['a sentence of 500 characters without a space', '東'.repeat(500)],
    ['quotes that open and do not close', '"a '.repeat(333)],
    ['as many withouts', '-a '.repeat(333)],
  ])('%s gives a result', async (_, typed) => {
    expect(await codes(typed)).toEqual(['found', 'found']);
  });

  test.each([
    ['more than 1,000 characters', 'a'.repeat(1_001)],
    ['more than 500 words', '東'.repeat(501)],
    ['nothing', '  '],
  ])('%s is BAD_INPUT', async (_, typed) => {
    expect(await codes(typed)).toEqual(['BAD_INPUT', 'BAD_INPUT']);
  });
});

describe('the longest texts', () => {
  test.each([
    ['of one word', 'a'.repeat(100_000)],
    ['of different words', Array.from({ length: 30_000 }, (_, at) => `é${at.toString(36)}`).join(' ')],
    [
      'without spaces',
      Array.from({ length: 50_000 }, (_, at) => String.fromCodePoint(0x4e00 + (at % 20_000))).join(''),
    ],
    ['of emoji', '🎉'.repeat(50_000)],
  ])('%s can be stored, and their first words are found', async (_, text) => {
    const account = anAccount();
    await savePosts(db, account, [imported(account, text, null)]);
    expect(
      await found(
        account.handle,
        [...text].slice(0, 5).join('').trim() + (text.startsWith('a') ? text.slice(5, 600) : ''),
      ),
    ).toHaveLength(1);
  });
});

test('posts of release 0.1.0 are found before they are rebuilt and afterwards', async () => {
  const account = anAccount();
  const post = imported(account, 'Deno.land and node.js/express, as "good old" friends');
  const { streamId } = await savePosts(db, account, [post]);
  await db.sql`update posts set search = to_tsvector('simple', text), search_rules = null where stream_id = ${streamId}`;
  for (const typed of ['friends', '"good old"', 'deno.land', 'node.js'])
    expect([typed, await found(account.handle, typed)]).toEqual([typed, [post.text]]);
  expect(await found(account.handle, 'express')).toEqual([]);
  await savePosts(db, account, [post]);
  expect(await found(account.handle, 'express')).toEqual([post.text]);
});
