import { defaultPage, maxFirst, type PageArgs } from '../shared/page.ts';

/** What a list or a page of one costs: `field` for the statements behind it, and its fields for each of its items. */
export const listCost =
  (field: number) =>
  ({ first, last }: Pick<PageArgs, 'first' | 'last'>) => ({
    field,
    // More than `maxFirst` is refused where it is resolved, as BAD_INPUT; below 0 counts as 0.
    multiplier: Math.min(first ?? last ?? defaultPage, maxFirst),
  });
