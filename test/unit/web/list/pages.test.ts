import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../web/src/api/errors.ts';
import { type PageRequest, type PageOf, Pages } from '../../../../web/src/list/pages.ts';

const size = 10;

/** A list of whole numbers, as a server has it, opened at `from`. A cursor is a number. */
function source(length: number, from = 0) {
  const all = Array.from({ length }, (_, index) => index);
  const asked: PageRequest[] = [];
  const ask = async (page: PageRequest): Promise<PageOf<number>> => {
    asked.push(page);
    const begin =
      page.before !== undefined
        ? Math.max(0, Number(page.before) - size)
        : page.after === undefined
          ? from
          : Number(page.after) + 1;
    const end = page.before !== undefined ? Number(page.before) : begin + size;
    const rows = all.slice(begin, end);
    return {
      rows,
      start: rows.length === 0 ? null : String(rows[0]),
      end: rows.length === 0 ? null : String(rows.at(-1)),
      hasAfter: end < length,
      hasBefore: begin > 0,
    };
  };
  return { ask, asked };
}

describe('an endless list', () => {
  it('always shows one consecutive part of the list, without missing or doubled rows, and within its limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 30, max: 60 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        async (length, from, most, steps) => {
          const start = Math.min(from, length);
          const pages = new Pages(source(length, start).ask, most);
          await pages.loadAfter();
          for (const isForward of steps) {
            await (isForward ? pages.loadAfter() : pages.loadBefore());
            const { rows, before, after, added } = pages.loaded();
            const first = rows[0] ?? start;
            expect(rows).toEqual(rows.map((_, index) => first + index));
            expect(rows.length).toBeLessThanOrEqual(most);
            // The position of a row shows how far the first one moved.
            if (rows.length > 0) {
              expect(first + added).toBe(start);
              expect(before.kind).toBe(first === 0 ? 'end' : 'more');
              expect(after.kind).toBe((rows.at(-1) ?? 0) + 1 >= length ? 'end' : 'more');
            }
          }
        },
      ),
    );
  });

  it('asks for one page at a time', async () => {
    const { ask, asked } = source(100, 50);
    const pages = new Pages(ask);
    await pages.loadAfter();
    await Promise.all([pages.loadAfter(), pages.loadAfter(), pages.loadBefore()]);
    expect(asked).toEqual([{}, { after: '59' }]);
  });

  it('asks for nothing past its end', async () => {
    const { ask, asked } = source(5);
    const pages = new Pages(ask);
    for (let times = 0; times < 3; times++) await pages.loadAfter();
    await pages.loadBefore();
    expect(asked).toHaveLength(1);
  });

  it('keeps its rows when a page fails, and goes on where it was', async () => {
    const { ask } = source(30);
    const problem: Problem = { code: 'TIMEOUT', title: 't', hint: 'h', retryAt: null, details: '' };
    let fails = false;
    const pages = new Pages(async (asked: PageRequest) => (fails ? problem : ask(asked)));
    await pages.loadAfter();
    fails = true;
    await pages.loadAfter();
    expect(pages.loaded()).toMatchObject({ after: { kind: 'failed', problem }, isReady: true });
    expect(pages.loaded().rows).toHaveLength(10);
    fails = false;
    await pages.loadAfter();
    expect(pages.loaded().rows).toHaveLength(20);
  });
});
