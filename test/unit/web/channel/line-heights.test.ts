import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineHeights } from '../../../../web/src/channel/feed/line-heights.ts';

const usual = 28;
type Row = { readonly id: number };

/**
 * The possible changes of a feed: lines arrive, older ones arrive above them, lines are measured, removed at the
 * beginning or deleted in the middle, or the width changes.
 */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('come' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    kind: fc.constant('measure' as const),
    at: fc.nat(),
    height: fc.integer({ min: 28, max: 200 }),
  }),
  fc.record({ kind: fc.constant('older' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('go' as const), count: fc.nat(60) }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('widen' as const) }),
);

it('a line is below all earlier lines, whatever is added, removed and measured', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      const heights = new LineHeights<Row>(usual);
      const known = new Map<Row, number>();
      let rows: readonly Row[] = [];
      let next = 0;
      for (const happened of happenings) {
        const [oldFirst] = rows;
        const at = 'at' in happened && rows.length > 0 ? happened.at % rows.length : 0;
        if (happened.kind === 'come')
          rows = [...rows, ...Array.from({ length: happened.count }, () => ({ id: next++ }))];
        if (happened.kind === 'older')
          rows = [...Array.from({ length: happened.count }, () => ({ id: next++ })), ...rows];
        if (happened.kind === 'go') rows = rows.slice(happened.count);
        if (happened.kind === 'delete') rows = rows.filter((_, index) => index !== at);
        if (happened.kind === 'insert') rows = [...rows.slice(0, at), { id: next++ }, ...rows.slice(at)];
        const above = heights.take(rows);
        const isAbove =
          oldFirst !== undefined && (happened.kind === 'older' || (happened.kind === 'insert' && at === 0));
        expect(above).toBe(isAbove ? (happened.kind === 'older' ? happened.count : 1) * usual : 0);
        const row = rows[at];
        if (happened.kind === 'measure' && row !== undefined) {
          const change = happened.height - (known.get(row) ?? usual);
          expect(heights.measure(at, happened.height)).toBe(change);
          known.set(row, happened.height);
        }
        if (happened.kind === 'widen') {
          known.clear();
          heights.forget();
        }
        let top = 0;
        rows.forEach((each, index) => {
          expect(heights.topOf(index)).toBe(top);
          const height = known.get(each) ?? usual;
          expect(heights.isMeasured(index)).toBe(known.has(each));
          expect(heights.indexAt(top)).toBe(index);
          expect(heights.indexAt(top + height - 1)).toBe(index);
          top += height;
        });
        expect(heights.total).toBe(top);
      }
    }),
    { numRuns: 200 },
  );
});
