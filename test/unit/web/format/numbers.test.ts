import { describe, expect, it } from 'vitest';
import { change, rateChange } from '../../../../web/src/format/change.ts';
import { compact, exact, mean, rate, share, wholePercent } from '../../../../web/src/format/numbers.ts';

describe('a number', () => {
  it('is plain below 10,000 and has three digits from there on', () => {
    expect([0, 999, 1_547, 9_999, 10_000, 48_250, 354_000, 19_519_871].map((n) => compact(n, 'en'))).toEqual([
      '0',
      '999',
      '1,547',
      '9,999',
      '10K',
      '48.2K',
      '354K',
      '19.5M',
    ]);
  });

  it('is never rounded up', () => {
    expect(compact(999_999, 'en')).toBe('999K');
  });

  it('is a dash when it is not known, and 0 when it is 0', () => {
    for (const format of [compact, exact, share, rate, wholePercent, mean]) {
      expect(format(null, 'en')).toBe('–');
      expect(format(0, 'en')).toMatch(/^0/);
    }
  });

  it('follows the locale', () => {
    expect(compact(1_547, 'de')).toBe('1.547');
    expect(share(0.143, 'de')).toBe('14,3\u00a0%');
  });

  it('has one decimal as a share, three digits as a rate, none on a chip', () => {
    expect([share(0.1432, 'en'), rate(0.02251, 'en'), wholePercent(0.28, 'en')]).toEqual([
      '14.3%',
      '2.25%',
      '28%',
    ]);
  });

  it('is never rounded to 0% or 100% on a chip', () => {
    expect([wholePercent(0.001, 'en'), wholePercent(0.999, 'en'), wholePercent(1, 'en')]).toEqual([
      '<1%',
      '>99%',
      '100%',
    ]);
  });
});

describe('a change', () => {
  it.each([
    [136, 100, '↗', '36%'],
    [240, 100, '↗', '2.4×'],
    [200, 100, '↗', '2×'],
    [50, 100, '↘', '50%'],
    [1_004, 1_000, '≈', 'same'],
    [0, 0, '≈', 'same'],
    [5, 0, '↗', 'from 0'],
    [0, 5, '↘', '100%'],
  ])('from %d after %d is %s %s', (now, before, arrow, text) => {
    expect(change(now, before, 'en')).toMatchObject({ arrow, text });
  });

  it('is no comparison when one of the two is unknown', () => {
    expect(change(5, null, 'en').text).toBe('no comparison');
    expect(change(null, 5, 'en').direction).toBe('none');
    expect(rateChange(0.1, undefined, 'en').arrow).toBe('');
  });

  it('of a rate is in percentage points', () => {
    expect(rateChange(0.025, 0.022, 'en')).toMatchObject({ arrow: '↗', text: '0.3 pp' });
    expect(rateChange(0.0225, 0.0226, 'en').text).toBe('same');
  });
});
