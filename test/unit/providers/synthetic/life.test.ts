import { expect, test } from 'vitest';
import { demoOptions } from '../../../../src/providers/synthetic/demo.ts';
import { syntheticAccounts } from '../../../../src/providers/synthetic/provider.ts';
import { createdAt, postsBefore, residentOf, worldOf } from '../../../../src/providers/synthetic/world.ts';
import { localDayStart, zoneOffsetMs } from '../../../../src/providers/synthetic/zone-rule.ts';
import { regions } from '../../../../src/providers/synthetic/region.ts';
import type { NormalisedPost } from '../../../../src/shared/post.ts';
import { allPosts, defaults, endingAt, postsOf } from './sample.ts';

const posts = allPosts(defaults);

function hoursUtc(some: readonly NormalisedPost[]): readonly number[] {
  const hours = new Array<number>(24).fill(0);
  for (const post of some) {
    const hour = new Date(post.createdAt).getUTCHours();
    hours[hour] = (hours[hour] ?? 0) + 1 / some.length;
  }
  return hours;
}

function overlap(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, share, hour) => sum + Math.min(share, b[hour] ?? 0), 0);
}

test('users differ in their daily rhythm', () => {
  const [developer, cafe, newsroom] = [0, 1, 2].map((index) =>
    hoursUtc(postsOf(demoOptions(endingAt), index)),
  );
  expect(overlap(newsroom ?? [], cafe ?? [])).toBeLessThan(0.6);
  expect(overlap(developer ?? [], cafe ?? [])).toBeLessThan(0.6);
});

test('users sleep: a third of the hours has few of their posts', () => {
  for (const { index, profile } of syntheticAccounts(defaults).slice(0, 8)) {
    const quietest = [...hoursUtc(postsOf(defaults, index))].sort((a, b) => a - b).slice(0, 6);
    expect([profile.handle, quietest.reduce((sum, share) => sum + share, 0) < 0.06]).toEqual([
      profile.handle,
      true,
    ]);
  }
});

test('offsets equal those of the IANA zones through two years', () => {
  for (const { zone } of regions) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone.zone,
      hourCycle: 'h23',
      hour: 'numeric',
      minute: 'numeric',
    });
    for (
      let instant = Date.UTC(2025, 0, 1, 0, 30);
      instant < Date.UTC(2027, 0, 1);
      instant += 7 * 3_600_000
    ) {
      const local = new Date(instant + zoneOffsetMs(zone, instant));
      const ours = `${String(local.getUTCHours()).padStart(2, '0')}:${String(local.getUTCMinutes()).padStart(2, '0')}`;
      if (format.format(instant) !== ours)
        expect.fail(`${zone.zone} ${new Date(instant).toISOString()} ${ours}`);
    }
  }
});

test('local days of a clock change have 23 and 25 hours', () => {
  const berlin = regions[1]?.zone;
  const lengthOf = (day: number) =>
    berlin && (localDayStart(berlin, day + 1) - localDayStart(berlin, day)) / 3_600_000;
  expect(lengthOf(Date.UTC(2026, 2, 29) / 86_400_000)).toBe(23);
  expect(lengthOf(Date.UTC(2026, 9, 25) / 86_400_000)).toBe(25);
});

test('the number of posts before an instant is found without counting', () => {
  const world = worldOf(defaults);
  for (const index of [0, 1, 50, 999]) {
    const resident = residentOf(world, index);
    for (let slot = 0; slot < resident.posts; slot += 1) {
      const at = createdAt(world, resident, slot);
      expect(postsBefore(world, resident, at)).toBe(slot);
      expect(postsBefore(world, resident, at + 1)).toBe(slot + 1);
    }
  }
});

/** How often each hashtag is used in each tenth of the year by somebody who posts all the time. */
function hashtagsOfAYear(): readonly (readonly number[])[] {
  const dense = postsOf({ ...defaults, users: 1, posts: 20_000 }, 0);
  const uses = new Map<string, number[]>();
  for (const [n, post] of dense.entries()) {
    const tenth = Math.floor((n * 10) / dense.length);
    for (const tag of post.entities?.hashtags ?? []) {
      const counts = uses.get(tag) ?? new Array<number>(10).fill(0);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
      uses.set(tag, counts);
    }
  }
  return [...uses.values()];
}

test('hashtags in use change over the year, and some rise to a peak and fall again', () => {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const year = hashtagsOfAYear().map((tenths) => ({
    before: sum(tenths.slice(0, 3)),
    after: sum(tenths.slice(-3)),
    peak: Math.max(...tenths),
    ends: Math.max(tenths[0] ?? 0, tenths.at(-1) ?? 0),
  }));
  const changed = year.filter(
    ({ before, after }) => Math.max(before, after) > 2 * Math.min(before, after) + 20,
  );
  expect(changed.length).toBeGreaterThan(3);
  expect(year.some(({ peak, ends }) => peak > 2 * ends + 20)).toBe(true);
});

test('there are as many hashtags as requested, all different', () => {
  const usedOf = (hashtags: number, posts: number) => {
    const some = allPosts({ ...defaults, hashtags, posts, users: 50 });
    return new Set(some.flatMap((post) => post.entities?.hashtags ?? []).map((tag) => tag.toLowerCase()));
  };
  expect(usedOf(20, 10_000).size).toBe(20);
  // More than have their own name.
  expect(usedOf(160, 50_000).size).toBe(160);
  expect(allPosts({ ...defaults, hashtags: 0, posts: 500 }).some((p) => p.text.includes('#'))).toBe(false);
});

test('the listed terms of a post are in its text', () => {
  for (const { text, entities, kind, author } of posts) {
    const terms = [
      ...(entities?.hashtags ?? []).map((tag) => `#${tag}`),
      ...(entities?.mentions ?? []).map((name) => `@${name}`),
      ...(entities?.cashtags ?? []).map((tag) => `$${tag}`),
      ...(entities?.urls ?? []),
    ];
    expect(terms.filter((term) => !text.includes(term))).toEqual([]);
    if (kind !== 'REPOST') expect(entities?.mentions).not.toContain(author.handle);
  }
});

test('every language is written, and no template has an unfilled place', () => {
  const languages = new Set(posts.map((post) => post.language));
  expect([...languages].sort()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'hi', 'ja', 'ne', 'pt']);
  expect(posts.filter((post) => /[{}]|undefined|null/.test(post.text))).toEqual([]);
});

test('figures have a long tail, and some are unknown', () => {
  const likes = posts.flatMap((post) => post.metrics.likes ?? []).sort((a, b) => a - b);
  const median = likes[Math.floor(likes.length / 2)] ?? 0;
  expect(likes.at(-1)).toBeGreaterThan(100 * Math.max(1, median));
  const own = posts.filter((post) => post.kind !== 'REPOST');
  const unseen = own.filter((post) => post.metrics.impressions === null).length / own.length;
  const unknown = own.filter((post) => post.metrics.likes === null).length / own.length;
  expect(unseen).toBeGreaterThan(0.05);
  expect(unseen).toBeLessThan(0.2);
  expect(unknown).toBeGreaterThan(0.002);
  expect(unknown).toBeLessThan(0.03);
});

test('posts at an account’s best hour get more engagement', () => {
  const world = worldOf(demoOptions(endingAt));
  const { habit } = residentOf(world, 2);
  const medianLikes = (wanted: (hour: number) => boolean) => {
    const likes = postsOf(demoOptions(endingAt), 2)
      .filter((post) =>
        wanted(new Date(post.createdAt + zoneOffsetMs(habit.zone, post.createdAt)).getUTCHours()),
      )
      .flatMap((post) => post.metrics.likes ?? [])
      .sort((a, b) => a - b);
    return likes[Math.floor(likes.length / 2)] ?? 0;
  };
  expect(medianLikes((hour) => hour === habit.bestHour)).toBeGreaterThan(
    1.5 * medianLikes((hour) => hour > 14),
  );
});
