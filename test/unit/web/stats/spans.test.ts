import { expect, test } from 'vitest';
import { noteSpan, onSpan, spanOf } from '../../../../web/src/stats/spans.ts';

test('a page knows the span of its posts after an answer, and is notified once', () => {
  let heard = 0;
  const end = onSpan(() => heard++);
  expect(spanOf('/x/nasa')).toBeNull();
  noteSpan('/x/NASA', null, null);
  expect(spanOf('/x/nasa')).toBeNull();
  noteSpan('/x/NASA', '2026-11-01T23:00:00Z', '2026-11-03T01:00:00Z');
  noteSpan('/x/nasa', '2026-11-01T23:30:00Z', '2026-11-03T02:00:00Z');
  expect([spanOf('/x/nasa'), spanOf('/x/other'), heard]).toEqual([3, null, 1]);
  end();
  noteSpan('/x/nasa', '2026-11-01T00:00:00Z', '2026-11-04T00:00:00Z');
  expect([spanOf('/x/nasa'), heard]).toEqual([4, 1]);
});
