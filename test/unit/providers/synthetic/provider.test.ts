import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoOptions } from '../../../../src/providers/synthetic/demo.ts';
import type { SyntheticOptions } from '../../../../src/providers/synthetic/options.ts';
import {
  accountPages,
  followerHistory,
  syntheticAccounts,
} from '../../../../src/providers/synthetic/provider.ts';
import { parseRaw } from '../../../../src/providers/synthetic/raw.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import { allPosts, defaults, endingAt, postsOf } from './sample.ts';

const posts = allPosts(defaults);

describe('the same options', () => {
  test('give the same first thousand posts on every machine', () => {
    const text = JSON.stringify(posts.slice(0, 1_000));
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      'db74aab19291390dcdf6614e55ec826cf11c91b8ed1140a25788b0b17a845dc4',
    );
  });

  test('give the same posts in any order of asking', () => {
    const fresh = { ...defaults };
    expect(postsOf(fresh, 7)).toEqual(postsOf(defaults, 7));
    expect(postsOf(fresh, 0)).toEqual(postsOf(defaults, 0));
  });

  test('with another seed, or as the demo, give other accounts', () => {
    const idsOf = (options: SyntheticOptions) =>
      syntheticAccounts(options)
        .slice(0, 3)
        .map(({ profile }) => profile.platformId);
    const all = [defaults, { ...defaults, seed: 1 }, demoOptions(defaults.endingAt)].flatMap(idsOf);
    expect(new Set(all).size).toBe(9);
  });

  test('with another seed give other posts', () => {
    expect(postsOf({ ...defaults, seed: 1 }, 0)[0]?.text).not.toBe(posts[0]?.text);
  });
});

describe('totals', () => {
  test('the accounts have exactly the posts asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 50_000 }), (users, total) => {
        const accounts = syntheticAccounts({ ...defaults, users, posts: total });
        expect(accounts).toHaveLength(users);
        expect(accounts.reduce((sum, account) => sum + account.posts, 0)).toBe(total);
      }),
      { numRuns: 25 },
    );
    expect(posts).toHaveLength(10_000);
  });

  test('few accounts write most of the posts', () => {
    const counts = syntheticAccounts(defaults).map((account) => account.posts);
    const top = counts.slice(0, 100).reduce((sum, count) => sum + count, 0);
    expect(top).toBeGreaterThan(5_000);
    expect(counts.every((count) => count >= 1)).toBe(true);
  });

  test('an account without posts arrives as one empty page', () => {
    const [page, ...more] = accountPages({ ...defaults, users: 1, posts: 0 }, 0);
    expect(page).toMatchObject({ posts: [], total: 0, cursor: '0' });
    expect(more).toEqual([]);
  });
});

describe('ids', () => {
  test('are unique across accounts', () => {
    expect(new Set(posts.map((post) => post.platformId)).size).toBe(posts.length);
  });

  test('ascend with time, and no post is later than the end', () => {
    const byId = [...posts].sort((a, b) => (BigInt(a.platformId) < BigInt(b.platformId) ? -1 : 1));
    const times = byId.map((post) => post.createdAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(endingAt);
    expect(times[0]).toBeGreaterThanOrEqual(endingAt - 365 * 86_400_000);
  });

  test('stay in order at the highest density allowed', () => {
    const dense = postsOf({ ...defaults, users: 1, posts: 50_000, days: 1 }, 0);
    const inOrder = dense.every((post, n) => n === 0 || post.createdAt > (dense[n - 1]?.createdAt ?? 0));
    expect(inOrder).toBe(true);
  });
});

describe('accounts', () => {
  test('have handles that X would accept, all different', () => {
    const handles = syntheticAccounts({ ...defaults, users: 20_000, posts: 0 }).map((a) => a.profile.handle);
    expect(handles.filter((handle) => !/^\w{1,15}$/.test(handle))).toEqual([]);
    expect(new Set(handles).size).toBe(handles.length);
  });

  test('of the demo are three with about 2,500 posts each', () => {
    const demo = syntheticAccounts(demoOptions(endingAt));
    expect(demo.map((account) => account.timeZone)).toEqual([
      'Europe/Berlin',
      'Asia/Tokyo',
      'America/New_York',
    ]);
    for (const account of demo) expect(Math.abs(account.posts - 2_500)).toBeLessThan(250);
  });

  test('have whole numbers on every day, in every zone', () => {
    const many = { ...defaults, users: 40, posts: 20_000, endingAt: Date.UTC(2026, 0, 1) };
    for (const { index, posts: total } of syntheticAccounts(many)) {
      const history = followerHistory(many, index);
      for (const { followers, posts: so } of history)
        expect([followers, so].every(Number.isInteger)).toBe(true);
      expect(history.at(-1)?.posts).toBe(total);
    }
  });

  test('gain followers, with one day far above the others', () => {
    const history = followerHistory(defaults, 0);
    const gains = history.slice(1).map((day, n) => day.followers - (history[n]?.followers ?? 0));
    const account = syntheticAccounts(defaults)[0];
    const sorted = [...gains].sort((a, b) => a - b);
    expect(history.at(-1)).toEqual({
      observedAt: endingAt,
      followers: account?.profile.followers,
      following: account?.profile.following,
      posts: account?.posts,
    });
    expect(sorted.at(-1)).toBeGreaterThan(10 * (sorted[Math.floor(sorted.length / 2)] ?? 0));
  });
});

describe('pages', () => {
  test.each([7, 23])('of %i go on after any cursor with the same remaining posts', (pageSize) => {
    const whole = postsOf(defaults, 3);
    const pages = [...accountPages(defaults, 3, { pageSize })];
    expect(pages.flatMap((page) => page.posts)).toEqual(whole);
    for (const [n, page] of pages.entries()) {
      const rest = [...accountPages(defaults, 3, { cursor: page.cursor, pageSize: 500 })].flatMap(
        (p) => p.posts,
      );
      expect(rest).toEqual(whole.slice((n + 1) * pageSize));
    }
  });

  test.each(['x', '-1', '99999', '1.5', ''])('refuse the cursor "%s"', (cursor) => {
    expect(() => [...accountPages(defaults, 3, { cursor })]).toThrow(BadInputError);
  });

  test.each([0, -1, 1.5, 10_001])('refuse a size of %d', (pageSize) => {
    expect(() => [...accountPages(defaults, 3, { pageSize })]).toThrow(BadInputError);
  });
});

describe('raw payloads', () => {
  test('are read back as the same posts', () => {
    for (const { profile, index } of syntheticAccounts(defaults).slice(0, 40)) {
      for (const post of postsOf(defaults, index)) expect(parseRaw(String(post.raw), profile)).toEqual(post);
    }
  });

  test.each(['', '{', '{}', '[]', '{"id":1}'])('that are not ours are refused: %s', (raw) => {
    const profile = syntheticAccounts(defaults)[0]?.profile;
    expect(() => profile && parseRaw(raw, profile)).toThrow(BadInputError);
  });
});

describe('bad options', () => {
  test.each([
    ['users', 0],
    ['users', 1_000_001],
    ['users', 1.5],
    ['posts', -1],
    ['posts', Number.POSITIVE_INFINITY],
    ['posts', 365 * 50_000 + 1],
    ['hashtags', -1],
    ['hashtags', 100_001],
    ['seed', 2 ** 53],
    ['seed', Number.NaN],
    ['days', 0],
    ['endingAt', 0],
    ['endingAt', 2 ** 45],
  ])('%s of %d is refused by name and value', (name, value) => {
    const make = () => syntheticAccounts({ ...defaults, [name]: value });
    expect(make).toThrow(BadInputError);
    expect(make).toThrow(new RegExp(`${name}.*got ${String(value).replace('+', '\\+')}`));
  });

  test('an account index outside the accounts is refused', () => {
    expect(() => postsOf(defaults, 1_000)).toThrow(BadInputError);
  });

  test('more habits than users are refused', () => {
    expect(() => syntheticAccounts({ ...demoOptions(endingAt), users: 2 })).toThrow(BadInputError);
  });
});
