import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minuteMs } from '../../../src/shared/instant.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { explain } from '../../../src/trends/explain/load.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

/** Each run has its own month, since windows include the posts of all streams. */
let month = 0;
const nextStart = () => Date.UTC(2015, month++, 10, 7, 30);

const hourMs = 60 * minuteMs;
const given = fc.record({
  author: fc.nat(3),
  /** Seconds from the start of the previous window: some before it, some after the end. */
  second: fc.integer({ min: -600, max: 7_800 }),
  hashtags: fc.subarray(['it', 'beside', 'giant', 'é']),
  kind: fc.constantFrom('ORIGINAL', 'ORIGINAL', 'REPLY', 'REPOST', 'QUOTE'),
  own: fc.integer({ min: 0, max: 6 }).map((die) => die > 0),
  sentiment: fc.option(
    fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10),
    { nil: null },
  ),
  /** Answers, or quotes, the post at this index, when there is one. */
  parent: fc.option(fc.nat(60), { nil: null }),
  quoted: fc.option(fc.nat(60), { nil: null, freq: 2 }),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

let nextId = 5_000_000_000n;

/** Saves the posts to the accounts of their authors, and returns them in order of their ids. */
async function save(posts: readonly Given[], start: number): Promise<readonly EnrichedPost[]> {
  const ids = posts.map(() => String(nextId++));
  const accounts = Array.from({ length: 4 }, () => anAccount());
  const saved = posts.map((post, at) => {
    const account = accounts[post.author] ?? anAccount();
    const parent = post.parent === null ? null : (ids[post.parent] ?? null);
    return aPost(account, {
      platformId: ids[at] as string,
      createdAt: start + post.second * 1_000,
      hashtags: post.hashtags,
      kind: post.kind,
      own: post.own,
      sentiment: post.sentiment,
      replyTo: parent === null ? null : { postId: parent, authorId: null, handle: null },
      quoteOf: post.quoted === null ? null : (ids[post.quoted] ?? null),
    });
  });
  for (const account of accounts) {
    await savePosts(
      db,
      account,
      saved.filter(({ author }) => author.platformId === account.platformId),
    );
  }
  return saved;
}

const mean = (scores: readonly number[]) =>
  scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length;

/** The same figures, counted plainly. */
function recount(posts: readonly EnrichedPost[], from: number, to: number, beganAt: number | null) {
  const counted = posts.filter(({ own, kind }) => own && kind !== 'REPOST');
  const within = (of: EnrichedPost, start: number) => of.createdAt >= start && of.createdAt < to;
  const tagged = counted.filter((post) => post.hashtags.includes('it'));
  const uses = tagged.filter((post) => within(post, from));
  const ofAuthors = new Map<string, number>();
  for (const { author } of uses) {
    ofAuthors.set(author.platformId ?? '', (ofAuthors.get(author.platformId ?? '') ?? 0) + 1);
  }
  const began = beganAt ?? from;
  const scoresOf = (after: boolean) =>
    tagged
      .filter((post) => within(post, 2 * from - to) && post.createdAt >= began === after)
      .flatMap(({ sentiment }) => (sentiment === null ? [] : [sentiment]));
  const all = counted.filter((post) => within(post, from));
  const beside = ['beside', 'giant', 'é'].flatMap((tag) => {
    const both = uses.filter(({ hashtags }) => hashtags.includes(tag)).length;
    const now = all.filter(({ hashtags }) => hashtags.includes(tag)).length;
    const before = counted.filter(
      (post) => within(post, 2 * from - to) && post.createdAt < from && post.hashtags.includes(tag),
    ).length;
    const cooccurrenceRate = both / uses.length;
    const lift = cooccurrenceRate / (now / all.length);
    // Whole numbers, so that equal rates are equal.
    const isLikelier = both * all.length > uses.length * now;
    return both > 0 && now > before && isLikelier ? [{ tag, posts: both, cooccurrenceRate, lift }] : [];
  });
  return {
    sentimentBefore: mean(scoresOf(false)),
    sentimentAfter: mean(scoresOf(true)),
    topAuthorShare: uses.length === 0 ? 0 : Math.max(...ofAuthors.values()) / uses.length,
    with: beside.sort((a, b) => b.posts - a.posts || Buffer.compare(Buffer.from(a.tag), Buffer.from(b.tag))),
    uses,
  };
}

describe('what explains a trend', () => {
  test('equals a plain recount, whatever the posts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 60 }), async (raw) => {
        const start = nextStart();
        const posts = await save(raw, start);
        const [from, to] = [start + hourMs, start + 2 * hourMs];
        const told = await explain(db, { tag: 'it', from, to });
        const { uses, ...wanted } = recount(posts, from, to, told.beganAt);
        expect(told.topAuthorShare).toBeCloseTo(wanted.topAuthorShare, 12);
        expect(told.sentimentBefore === null).toBe(wanted.sentimentBefore === null);
        expect(told.sentimentAfter === null).toBe(wanted.sentimentAfter === null);
        expect(told.sentimentBefore ?? 0).toBeCloseTo(wanted.sentimentBefore ?? 0, 12);
        expect(told.sentimentAfter ?? 0).toBeCloseTo(wanted.sentimentAfter ?? 0, 12);
        expect(told.with.map(({ tag, posts: both }) => [tag, both])).toEqual(
          wanted.with.map(({ tag, posts: both }) => [tag, both]),
        );
        for (const [at, { cooccurrenceRate, lift }] of told.with.entries()) {
          expect(cooccurrenceRate).toBeCloseTo(wanted.with[at]?.cooccurrenceRate ?? 0, 12);
          expect(lift).toBeCloseTo(wanted.with[at]?.lift ?? 0, 12);
        }
        const shares = [...told.posts, ...told.authors];
        expect(shares.every(({ share }) => share > 1 / (uses.length + 1) && share <= 1)).toBe(true);
        expect(told.nearDuplicateShare).toBe(0);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('names the minute, the post, the author, the tags and the mood of a planted rise', async () => {
    const start = nextStart();
    const [from, to] = [start + hourMs, start + 2 * hourMs];
    const accounts = Array.from({ length: 30 }, () => anAccount());
    const [first = anAccount(), ...others] = accounts;
    const origin = String(nextId++);
    const at = (minute: number) => start + minute * minuteMs;
    const slogan = 'All of us stand together at the old harbour tonight';
    const rise = others.map((account, index) =>
      aPost(account, {
        createdAt: at(91 + index),
        hashtags: index % 2 === 0 ? ['it', 'beside'] : ['it'],
        kind: 'REPLY',
        sentiment: -0.6,
        text:
          index < 10
            ? `${slogan} https://t.co/${index}`
            : `words of my own number ${index} about ${index * 7} other things`,
        platformId: String(nextId++),
        replyTo: { postId: origin, authorId: null, handle: null },
      }),
    );
    const quiet = accounts.map((account, index) =>
      aPost(account, {
        createdAt: at(index * 4),
        hashtags: index % 10 === 0 && index < 20 ? ['it'] : ['giant'],
        sentiment: 0.4,
        platformId: String(nextId++),
      }),
    );
    const spark = aPost(first, { createdAt: at(90), hashtags: ['it'], sentiment: -0.6, platformId: origin });
    for (const account of accounts) {
      await savePosts(
        db,
        account,
        [spark, ...quiet, ...rise].filter(({ author }) => author.platformId === account.platformId),
      );
    }
    const told = await explain(db, { tag: 'it', from, to });
    expect(told.beganAt).toBe(at(90));
    expect(told.beganBetween?.[0]).toBeLessThanOrEqual(at(90));
    expect(told.beganBetween?.[1]).toBeGreaterThanOrEqual(at(90));
    expect(told.posts).toMatchObject([{ of: { createdAt: at(90) }, share: 1 }]);
    expect(told.with.map(({ tag }) => tag)).toEqual(['beside']);
    expect(told.sentimentBefore).toBeCloseTo(0.4);
    expect(told.sentimentAfter).toBeCloseTo(-0.6);
    // Nine of the thirty posts repeat the first one's words within ten minutes.
    expect(told.nearDuplicateShare).toBeCloseTo(9 / 30);
    expect(told.authors).toEqual([]);
  });

  test('is available over the API, with the posts and authors themselves', async () => {
    const start = nextStart();
    const [loud, quiet] = [anAccount(), anAccount()];
    const tagged = (account: typeof loud, minute: number, more: Partial<EnrichedPost> = {}) =>
      aPost(account, {
        createdAt: start + minute * minuteMs,
        hashtags: ['straße'],
        platformId: String(nextId++),
        ...more,
      });
    const origin = tagged(loud, 70);
    const answer = { postId: origin.platformId, authorId: null, handle: null };
    await savePosts(db, loud, [origin, ...[71, 72, 73, 74, 75, 76].map((minute) => tagged(loud, minute))]);
    await savePosts(db, quiet, [tagged(quiet, 73, { kind: 'REPLY', replyTo: answer })]);
    const endingAt = new Date(start + 2 * hourMs).toISOString();
    const { data, errors } = await ask(
      app,
      `{ explainTrend(tag: "#Straße", endingAt: "${endingAt}") {
        tag trending { rank count authors recent(windows: 2) hashtag { tag } } beganAt beganBetween topAuthorShare nearDuplicateShare
        posts { post { platformId } author { handle } share } authors { post { id } author { handle } share } with { posts } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.explainTrend).toEqual({
      tag: 'straße',
      trending: { rank: 1, count: 8, authors: 2, recent: [0, 8], hashtag: { tag: 'straße' } },
      beganAt: new Date(start + 70 * minuteMs).toISOString(),
      beganBetween: expect.any(Array),
      topAuthorShare: 7 / 8,
      nearDuplicateShare: 0,
      posts: [{ post: { platformId: origin.platformId }, author: { handle: loud.handle }, share: 1 / 4 }],
      authors: [{ post: null, author: { handle: loud.handle }, share: 7 / 8 }],
      with: [],
    });
  });

  test.each([
    ['tag: "#"', 'BAD_INPUT'],
    [`tag: "${'a'.repeat(300)}"`, 'BAD_INPUT'],
    ['tag: "two words"', 'BAD_INPUT'],
    ['tag: "it", window: "PT0S"', 'BAD_INPUT'],
    ['tag: "it", window: "P36500D"', 'BAD_INPUT'],
    ['tag: "it", window: "-PT1H"', 'BAD_INPUT'],
    ['tag: "never", endingAt: "2015-01-01T00:00:00Z"', 'NOT_FOUND'],
  ])('is refused for %s', async (args, code) => {
    const { errors } = await ask(app, `{ explainTrend(${args}) { tag } }`);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  test('is nothing for a tag that nobody used', async () => {
    const start = nextStart();
    expect(await explain(db, { tag: 'never', from: start, to: start + hourMs })).toEqual({
      beganAt: null,
      beganBetween: null,
      posts: [],
      authors: [],
      with: [],
      sentimentBefore: null,
      sentimentAfter: null,
      topAuthorShare: 0,
      nearDuplicateShare: 0,
    });
  });
});
