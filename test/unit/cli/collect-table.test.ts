import { expect, test } from 'vitest';
import { type Collected, collectTable } from '../../../src/cli/collect-table.ts';

const chat = (name: string, recentPostsPerSecond: number, message = 'Collecting'): Collected => ({
  subject: `the chat of ${name}`,
  state: 'RUNNING',
  message,
  inserted: 1_234,
  gone: 2,
  rejected: 1,
  recentPostsPerSecond,
});
const chats = Array.from({ length: 30 }, (_, index) => chat(`channel${index}`, index));

test('each chat has a line', () => {
  expect(collectTable([chat('ada', 3.25), chat('bob', 0)], { rows: 24, columns: 80 })).toEqual([
    'channel  messages    now  deleted  dropped',
    'ada         1,234  3.3/s        2        1  Collecting',
    'bob         1,234  0.0/s        2        1  Collecting',
  ]);
});

test('when a terminal has fewer lines than chats, the busiest and the sums of the others are shown', () => {
  const lines = collectTable(chats, { rows: 10, columns: 80 });
  expect(lines).toHaveLength(9);
  expect(lines.slice(1, -1).map((line) => line.split(' ')[0])).toEqual(
    [23, 24, 25, 26, 27, 28, 29].map((index) => `channel${index}`),
  );
  expect(lines.at(-1)).toBe('23 more      28,382  253.0/s       46       23');
});

test('no line is longer than the terminal is wide, and no table higher', () => {
  for (const rows of [1, 2, 4, 24, 200]) {
    for (const columns of [20, 80]) {
      const lines = collectTable([...chats, chat('long', 1, 'x'.repeat(300))], { rows, columns });
      expect(lines.length).toBeLessThan(Math.max(4, rows));
      for (const line of lines) expect(line.length).toBeLessThan(columns);
    }
  }
});
