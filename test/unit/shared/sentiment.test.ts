import { expect, test } from 'vitest';
import { sentimentLabel } from '../../../src/shared/sentiment.ts';

test.each([
  [1, 'POSITIVE'],
  [0.05, 'POSITIVE'],
  [0.0499, 'NEUTRAL'],
  [0, 'NEUTRAL'],
  [-0.0499, 'NEUTRAL'],
  [-0.05, 'NEGATIVE'],
  [-1, 'NEGATIVE'],
])('a score of %d is %s', (score, label) => {
  expect(sentimentLabel(score)).toBe(label);
});
