import { defaultPage, maxFirst, type PageArgs } from '../shared/page.ts';

/**
 * Returns the cost of a list or a page of it: `field` for the statements behind it, and the cost of its fields for
 * each item.
 */
export const listCost =
  (field: number) =>
  ({ first, last }: Pick<PageArgs, 'first' | 'last'>) => ({
    field,
    // The resolver refuses more than `maxFirst` with BAD_INPUT; below 0 counts as 0.
    multiplier: Math.min(first ?? last ?? defaultPage, maxFirst),
  });
