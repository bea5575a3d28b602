import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankSlots } from '../../../src/stats/best-times/compute.ts';
import { realData } from '../../support/real-data.ts';
import { realArchives } from '../../support/real-tweets.ts';
import { atSlot, type Figured, furthestMove, slotFigures } from '../../support/slot-figures.ts';

/** The slots with a firm rank (`enough`), in order. */
const placed = (posts: readonly Figured[]): readonly string[] =>
  rankSlots(slotFigures(posts), 'ENGAGEMENT')
    .filter(({ enough }) => enough)
    .map(({ weekday, hour }) => `${weekday} ${hour}`);

/** The most places that a slot with a firm rank before and after moves among those when a post is deleted. */
const furthest = (before: readonly string[], posts: readonly Figured[], gone: number): number =>
  furthestMove(before, placed(posts.filter((_, index) => index !== gone)));

/** The posts to delete: those with the highest and lowest figures, and some between. */
function chosen(posts: readonly Figured[], count: number): readonly number[] {
  const byFigure = posts
    .map((_, index) => index)
    .sort((a, b) => (posts[b]?.figure ?? 0) - (posts[a]?.figure ?? 0));
  const step = Math.max(1, Math.floor(posts.length / count));
  return [...byFigure.slice(0, count), ...byFigure.filter((_, index) => index % step === 0)];
}

describe('without any one post', () => {
  const slot = fc.record({
    hour: fc.integer({ min: 0, max: 167 }),
    /**
     * The figure of each week: much the same, so that many slots nearly tie, with one post that can decide between
     * them.
     */
    figures: fc.array(fc.constantFrom(0, 1, 1, 1, 2, 6), { minLength: 15, maxLength: 45 }),
    better: fc.constantFrom(1, 1, 1, 1, 1, 3),
  });
  const account = fc.record({
    slots: fc.uniqueArray(slot, { selector: ({ hour }) => hour, minLength: 3, maxLength: 20 }),
    viral: fc.constantFrom(0, 30, 700, 1_000_000),
  });
  let kept = 0;

  test('each slot that has enough keeps its place or changes it with a neighbour', () => {
    fc.assert(
      fc.property(account, ({ slots, viral }) => {
        const posts = slots.flatMap(({ hour, figures, better }) =>
          figures.map((figure, week) => ({ at: atSlot(week, hour), figure: figure * better })),
        );
        if (viral > 0) posts.push({ at: atSlot(50, slots[0]?.hour ?? 0), figure: viral });
        const before = placed(posts);
        kept = Math.max(kept, before.length);
        for (const gone of chosen(posts, 12)) expect(furthest(before, posts, gone)).toBeLessThanOrEqual(1);
      }),
      { numRuns: Number(process.env.REMOVAL_RUNS ?? 60), seed: 4 },
    );
    expect(kept).toBeGreaterThan(2);
  });
});

const folder = realData('best times without any one post');

describe.skipIf(folder === null)('without any one post of a real archive', () => {
  const archives = folder === null ? [] : realArchives(folder);

  test.each(archives.map(({ name, posts }) => [name, posts] as const))(
    '%s keeps its order',
    (_name, posts) => {
      const before = placed(posts);
      for (const gone of chosen(posts, 100)) expect(furthest(before, posts, gone)).toBeLessThanOrEqual(1);
    },
  );

  test.each(archives.map(({ name, posts }) => [name, posts] as const))(
    '%s keeps its best lift',
    (_name, posts) => {
      const slots = rankSlots(slotFigures(posts), 'ENGAGEMENT');
      for (const { weekday, hour, lift } of slots.slice(0, 5)) {
        const mine = posts.filter(({ at }) =>
          slotFigures([{ at, figure: 1 }]).some((own) => own.weekday === weekday && own.hour === hour),
        );
        const best = mine.reduce((most, post) => (post.figure > most.figure ? post : most));
        const without = rankSlots(slotFigures(posts.filter((post) => post !== best)), 'ENGAGEMENT');
        const left = without.find((own) => own.weekday === weekday && own.hour === hour);
        expect(Math.abs((left?.lift ?? 1) - lift)).toBeLessThan(0.2);
      }
    },
  );
});
