import { expect, test } from 'vitest';
import { withDates } from '../../../src/db/with-dates.ts';

test('the named columns become dates in the rows themselves, null stays null, others stay as they are', () => {
  const rows = [
    { at: '2026-03-20T12:00:00.001Z', until: null, text: '2026-03-20' },
    { at: '2026-03-20 12:00:00+02', until: '1970-01-01T00:00:00Z', text: null },
  ];
  const dated = withDates(rows, ['at', 'until']);
  expect(dated).toBe(rows);
  expect(dated).toEqual([
    { at: new Date(Date.UTC(2026, 2, 20, 12, 0, 0, 1)), until: null, text: '2026-03-20' },
    { at: new Date(Date.UTC(2026, 2, 20, 10)), until: new Date(0), text: null },
  ]);
});
