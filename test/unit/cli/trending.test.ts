import { expect, test } from 'vitest';
import { sparkline } from '../../../src/cli/trending.ts';

test.each([
  { figures: [0, 0, 0], line: '···' },
  { figures: [0, 1, 8], line: '·▁█' },
  { figures: [1, 2, 3, 4, 5, 6, 7, 8], line: '▁▂▃▄▅▆▇█' },
  { figures: [1_000_000, 1], line: '█▁' },
  { figures: [], line: '' },
])('$figures are drawn as $line', ({ figures, line }) => {
  expect(sparkline(figures)).toBe(line);
});
