import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coverage, cover, gapsOf } from '../../../src/fetch/coverage.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

const covered = (ranges: readonly (readonly [number, number])[]): Coverage =>
  ranges.reduce<Coverage>((so, [from, to]) => cover(so, String(from), String(to)), []);

const isIn = (ranges: readonly (readonly [number, number])[], id: number) =>
  ranges.some(([from, to]) => id >= from && id <= to);

describe('coverage', () => {
  test('has exactly the ids of its ranges, in any order', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const whole = covered(ranges);
        for (let id = 0; id <= 60; id++) {
          const held = whole.some(([from, to]) => BigInt(id) >= BigInt(from) && BigInt(id) <= BigInt(to));
          expect(held).toBe(isIn(ranges, id));
        }
        // Apart from each other, newest first.
        for (const [index, [from]] of whole.entries()) {
          const older = whole[index + 1];
          if (older) expect(BigInt(older[1])).toBeLessThan(BigInt(from) - 1n);
        }
      }),
    );
  });

  test('and its gaps together have every id once', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const gaps = gapsOf(covered(ranges), true);
        for (let id = 1; id <= 60; id++) {
          const holding = gaps.filter(
            ({ sinceId, untilId }) =>
              (sinceId === null || BigInt(id) > BigInt(sinceId)) &&
              (untilId === null || BigInt(id) < BigInt(untilId)),
          );
          expect(holding.length).toBe(isIn(ranges, id) ? 0 : 1);
        }
      }),
    );
  });

  test.each([
    ['nothing known: everything', [], false, [{ sinceId: null, untilId: null }]],
    ['what is newer than the newest', [['10', '20']], false, [{ sinceId: '20', untilId: null }]],
    [
      'what a broken-off fetch left out',
      [
        ['30', '40'],
        ['10', '20'],
      ],
      false,
      [
        { sinceId: '40', untilId: null },
        { sinceId: '20', untilId: '30' },
      ],
    ],
    [
      'history only where all is asked for',
      [['10', '20']],
      true,
      [
        { sinceId: '20', untilId: null },
        { sinceId: null, untilId: '10' },
      ],
    ],
    ['no history below the first post', [['0', '20']], true, [{ sinceId: '20', untilId: null }]],
  ] as const)('gaps are %s', (_, ranges, full, gaps) => {
    expect(gapsOf(ranges, full)).toEqual(gaps);
  });
});
