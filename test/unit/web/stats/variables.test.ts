import { describe, expect, test } from 'vitest';
import { accountVariables } from '../../../../web/src/account/load.ts';
import { coarserStep, comparisonVariables, viewOf } from '../../../../web/src/stats/variables.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

describe('the variables of a page', () => {
  test('are the same all day long, so that caches answer', () => {
    const view = viewOf({ zone: 'Asia/Tokyo' }, false, now);
    const later = Date.parse('2026-11-28T14:59:59Z');
    expect(accountVariables('nasa', view, null, now)).toEqual(accountVariables('nasa', view, null, later));
    // In Tokyo the next day has begun.
    const next = Date.parse('2026-11-28T15:00:00Z');
    expect(accountVariables('nasa', view, null, next)).not.toEqual(accountVariables('nasa', view, null, now));
  });

  test('have a coarser step on a phone, unless somebody chose one', () => {
    expect(viewOf({}, false, now).step).toBe('WEEK');
    expect(viewOf({}, true, now).step).toBe('MONTH');
    expect(viewOf({ range: '30d' }, true, now).step).toBe('DAY');
    expect(viewOf({ step: 'day' }, true, now).step).toBe('DAY');
  });

  test.each([
    [1, 'HOUR', 'HOUR'],
    [20, 'DAY', 'DAY'],
    [300, 'WEEK', 'MONTH'],
    [900, 'MONTH', 'MONTH'],
    [6_000, 'MONTH', 'YEAR'],
    [null, 'MONTH', 'YEAR'],
  ] as const)(
    'of all posts go by what those span: of %s days by %s, on a phone by %s',
    (span, wide, narrow) => {
      expect(viewOf({ range: 'all' }, false, now, span).step).toBe(wide);
      expect(viewOf({ range: 'all' }, true, now, span).step).toBe(narrow);
      expect(viewOf({ range: 'all', step: 'year' }, true, now, span).step).toBe('YEAR');
      expect(viewOf({}, false, now, span).step).toBe('WEEK');
    },
  );

  test('compare nothing when the previous range is before all posts', () => {
    expect(comparisonVariables(viewOf({ range: 'all', vs: 'year' }, false, now)).compares).toBe(false);
    expect(comparisonVariables(viewOf({ vs: 'off' }, false, now)).compares).toBe(false);
    expect(comparisonVariables(viewOf({ vs: 'year' }, false, now))).toEqual({ by: 'YEAR', compares: true });
  });

  test('know the coarser step, up to a year', () => {
    expect([coarserStep('HOUR'), coarserStep('QUARTER'), coarserStep('YEAR')]).toEqual([
      'DAY',
      'YEAR',
      'YEAR',
    ]);
  });
});
