import { expect, test } from 'vitest';
import { formatBytes } from '../../../src/shared/bytes.ts';

test.each([
  [0, '0 B'],
  [350, '350 B'],
  [1_500, '1.5 kB'],
  [120_000_000, '120 MB'],
  [2_100_000_000, '2.1 GB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown);
});
