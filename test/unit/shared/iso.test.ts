import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayMs, toIso } from '../../../src/shared/instant.ts';

const earliest = Date.UTC(1, 0, 1);
const latest = Date.UTC(9999, 11, 31);

test('an instant is written as toISOString writes it, whichever came before', () => {
  // Close to one another, so that some have the same day as the one before.
  const near = fc.tuple(
    fc.integer({ min: earliest, max: latest }),
    fc.array(fc.integer({ min: -dayMs, max: dayMs })),
  );
  fc.assert(
    fc.property(near, ([first, steps]) => {
      for (const step of [0, ...steps]) {
        const instant = first + step;
        expect(toIso(instant)).toBe(new Date(instant).toISOString());
      }
    }),
  );
});

test('an invalid instant is refused, also after one of the same day', () => {
  toIso(0);
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 9e15])
    expect(() => toIso(wrong)).toThrow(RangeError);
});

test('a part of a millisecond is left out', () => {
  expect([toIso(0), toIso(1.75), toIso(999.9)]).toEqual(
    [0, 1.75, 999.9].map((ms) => new Date(ms).toISOString()),
  );
});

test('starts of quarter-hours, whose texts are kept, are written so in any order', () => {
  const quarter = 15 * 60_000;
  // This many further on there is one with the same slot.
  const places = 16_381;
  const days = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 5 })));
  fc.assert(
    fc.property(days, (steps) => {
      for (const [step, rounds] of [...steps, ...steps]) {
        const instant = (step * 96 + rounds * places) * quarter;
        expect(toIso(instant)).toBe(new Date(instant).toISOString());
      }
    }),
  );
});
