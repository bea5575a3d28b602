import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enrich } from '../../../../src/ingest/enrich/enrich.ts';
import { postWith } from './post.ts';

describe('terms of a post', () => {
  test('what the source lists counts, lower case and distinct', () => {
    const entities = {
      hashtags: ['Web', 'web', 'ÜBER'],
      mentions: ['Ada'],
      cashtags: ['TSLA'],
      urls: ['https://www.A.org/x', 'https://t.co/y', 'not a link'],
    };
    const post = enrich(postWith('#other @someone', { entities }));
    expect(post.hashtags).toEqual(['web', 'über']);
    expect(post.mentions).toEqual(['ada']);
    expect(post.cashtags).toEqual(['tsla']);
    expect(post.urls).toEqual(entities.urls);
    expect(post.domains).toEqual(['a.org']);
  });

  test('without lists they are read from the text', () => {
    const post = enrich(postWith('Hi @Ada #One #one $TSLA https://a.org/B https://a.org/B'));
    expect(post).toMatchObject({
      mentions: ['ada'],
      hashtags: ['one'],
      cashtags: ['tsla'],
      urls: ['https://a.org/B'],
      domains: ['a.org'],
    });
  });

  test('words hold no tag, mention or link', () => {
    const post = enrich(postWith('Shipping #release by @grace see example.com/docs $TSLA'));
    expect(post.words).toEqual(['shipping']);
  });

  test.each([
    [
      'a domain that nobody has',
      'otters http://cats.invalid/tabby/one badgers',
      ['http://cats.invalid/tabby/one'],
      ['otters', 'badgers'],
    ],
    [
      'a link of the source without protocol',
      'otters cats.invalid/tabby.',
      ['cats.invalid/tabby'],
      ['otters'],
    ],
    ['a machine of the net', 'http://localhost:8080/tabby#one', [], []],
    ['a protocol of another kind', 'otters magnet://tabby/cats badgers', [], ['otters', 'badgers']],
    ['a link that was cut off', 'cats https://tab…', [], ['cats']],
    ['the same link twice', 'a.invalid/cat cat a.invalid/cat', ['a.invalid/cat', 'a.invalid/cat'], ['cat']],
    ['no space behind the link', 'http://cats.org/猫 http://cats.org/a猫は', ['http://cats.org/'], ['猫']],
    ['no space before the link', '猫http://cats.invalid/tabby 猫', ['http://cats.invalid/tabby'], ['猫']],
  ])('a link holds no word, whatever its domain: %s', (_, text, urls, words) => {
    const entities = { hashtags: [], mentions: [], cashtags: [], urls };
    expect(enrich(postWith(text, { entities, language: 'xx' })).words).toEqual(words);
  });

  test('text, names and tags are composed', () => {
    const author = { platformId: null, handle: 'ada', displayName: 'Ge\u0301za', avatarUrl: null };
    const post = enrich(postWith('cafe\u0301 #Cafe\u0301 #Ｃafé', { author, client: 'Cafe\u0301' }));
    expect(post).toMatchObject({
      text: 'café #Café #Ｃafé',
      hashtags: ['café'],
      words: ['café'],
      client: 'Café',
    });
    expect(post.author.displayName).toBe('Géza');
  });

  test('hashtags are the same in every language', () => {
    const tags = ['tr', 'en', null].map(
      (language) => enrich(postWith('#İzmir #izmir #IZMIR #ışık', { language })).hashtags,
    );
    expect(tags).toEqual([
      ['izmir', 'ışık'],
      ['izmir', 'ışık'],
      ['izmir', 'ışık'],
    ]);
  });

  test('links that no list has are found in the text', () => {
    const listed = (text: string, urls: readonly string[]) =>
      enrich(postWith(text, { entities: { hashtags: [], mentions: [], cashtags: [], urls } })).urls;
    expect(listed('see http://bit.ly/d5EDg1', [])).toEqual(['http://bit.ly/d5EDg1']);
    expect(listed('read README.md, node.js and https://t.co/abc…', [])).toEqual([]);
    expect(listed('see http://a.org and http://b.org', ['http://a.org'])).toEqual(['http://a.org']);
  });

  test.each(['…', '...', '-…', '?a=…', '… '])('a link that is cut off before %j leads nowhere', (cut) => {
    const none = { hashtags: [], mentions: [], cashtags: [], urls: [] };
    for (const entities of [null, none]) {
      const post = enrich(postWith(`http://a.org/b and http://www.example.com/very-lo${cut}`, { entities }));
      expect(post.urls).toEqual(['http://a.org/b']);
      expect(post.domains).toEqual(['a.org', 'example.com']);
      expect(post.words).toEqual([]);
    }
  });

  test('a host that is cut off does not count as a domain', () => {
    expect(enrich(postWith('read http://www.nyt.co…'))).toMatchObject({ urls: [], domains: [] });
  });

  test('a link is whole when only the text after it is cut off', () => {
    const urls = (text: string) => enrich(postWith(text)).urls;
    expect(urls('http://a.org/b …')).toEqual(['http://a.org/b']);
    expect(urls('(http://a.org/b)…')).toEqual(['http://a.org/b']);
    expect(urls('http://a.org/b... and so on')).toEqual(['http://a.org/b']);
  });

  test('of the links that the source lists, those that are cut off lead nowhere', () => {
    const entities = {
      hashtags: [],
      mentions: [],
      cashtags: [],
      urls: ['https://a.org/…', 'https://b.org/x'],
    };
    expect(enrich(postWith('hello', { entities })).urls).toEqual(['https://b.org/x']);
  });

  test('a repost keeps tags and links, not words and emoji', () => {
    const post = enrich(postWith('RT @ada: great news 🎉 #one https://a.org', { kind: 'REPOST' }));
    expect(post).toMatchObject({
      hashtags: ['one'],
      mentions: ['ada'],
      domains: ['a.org'],
      words: [],
      emoji: [],
    });
  });

  test('everything else is passed on as it came', () => {
    const { language: _, entities: __, ...rest } = postWith('hello', { raw: '{}', quoteOf: '7' });
    expect(enrich(postWith('hello', { raw: '{}', quoteOf: '7' }))).toMatchObject(rest);
  });
});

describe('language', () => {
  test.each([
    ['what the source says is taken', 'This is plainly English text', 'fr', 'fr'],
    ['undetermined stays so', 'This is plainly English text', null, null],
    ['it is detected where the source says nothing', 'Hoy es un buen día para ir al parque', undefined, 'es'],
    [
      'links and tags have no part in it',
      'Das ist ein schöner Tag #thisisenglish http://the-and-of.com',
      undefined,
      'de',
    ],
    ['too short a text has none', 'lol ok', undefined, null],
    ['a text of links alone has none', 'https://example.com/this/is/english @ada', undefined, null],
  ])('%s', (_, text, language, expected) => {
    expect(enrich(postWith(text, { language })).language).toBe(expected);
  });
});

const messy = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        '@',
        '#',
        '$',
        '.',
        'a.co',
        'http://',
        '/',
        '(',
        ')',
        '?',
        ' ',
        'é',
        '東京',
        '👨‍👩‍👧',
        '️',
        '‍',
        "'",
        'İ',
        'rt',
        '\ud83d',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

describe('any text', () => {
  test('never makes it throw, and the score keeps its bounds', () => {
    fc.assert(
      fc.property(messy, fc.constantFrom('en', 'ja', 'de', 'xx', null, undefined), (text, language) => {
        const { sentiment } = enrich(postWith(text, { language }));
        if (sentiment === null) return;
        expect(Math.abs(sentiment)).toBeLessThanOrEqual(1);
        expect(sentiment).toBe(Math.round(sentiment * 10_000) / 10_000);
      }),
      { numRuns: 500 },
    );
  });

  test('has distinct terms in lower case', () => {
    fc.assert(
      fc.property(messy, (text) => {
        const post = enrich(postWith(text));
        for (const terms of [
          post.hashtags,
          post.mentions,
          post.cashtags,
          post.words,
          post.domains,
          post.emoji,
        ]) {
          expect(new Set(terms).size).toBe(terms.length);
          for (const term of terms) expect(term).not.toBe('');
        }
        for (const tag of post.hashtags) expect(tag).toBe(tag.toLowerCase());
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same result twice', () => {
    fc.assert(
      fc.property(messy, (text) => void expect(enrich(postWith(text))).toEqual(enrich(postWith(text)))),
    );
  });
});

describe('a notice that X shows in the place of a post', () => {
  const notices = [
    'This Tweet from @ada has been withheld in Germany in response to a legal demand.',
    'This Tweet from @ada has been withheld in Germany in response to a legal demand. Learn more.',
    'This Tweet from @ada has been withheld in: Germany, France.',
    'This Post from @ada has been withheld in India, Türkiye based on local law(s).',
    'This Tweet from @ada has been withheld in response to a report from the copyright holder. Learn more: https://t.co/abc',
    "@ada's account has been withheld in Germany in response to a legal demand.",
    '@ada’s account is withheld in Germany',
    'This account has been withheld in Germany in response to a legal demand.',
    'This post has been withheld worldwide in response to a legal demand',
  ];

  test.each(notices)("is nobody's words: %s", (text) => {
    const post = enrich(postWith(text));
    expect(post).toMatchObject({ text, language: null, sentiment: null, own: true, kind: 'ORIGINAL' });
    const { words, hashtags, mentions, cashtags, urls, domains, emoji } = post;
    expect([words, hashtags, mentions, cashtags, urls, domains, emoji].flat()).toEqual([]);
  });

  test('has no terms that the source lists either', () => {
    const entities = { hashtags: [], mentions: ['ada'], cashtags: [], urls: ['https://t.co/abc'] };
    expect(enrich(postWith(notices[0] ?? '', { entities }))).toMatchObject({ mentions: [], urls: [] });
  });

  test('may have other words when the source says that the post is withheld', () => {
    const text = 'This post from @ada was withheld by order of a court in Germany.';
    expect(enrich(postWith(text)).words).not.toEqual([]);
    expect(enrich(postWith(text, { withheld: true })).words).toEqual([]);
  });

  test.each([
    'This Tweet is withheld from nobody, said @ada',
    'They say: This Tweet from @ada has been withheld in Germany in response to a legal demand.',
    'The money was withheld in response to a legal demand.',
    'This account is withheld in my country, sad',
  ])('is none where people write of one: %s', (text) => {
    expect(enrich(postWith(text)).words).not.toEqual([]);
  });

  test("is not assumed when a post that is withheld elsewhere has the author's words", () => {
    expect(enrich(postWith('a wonderful day', { withheld: true })).words).toEqual(['wonderful', 'day']);
  });
});
