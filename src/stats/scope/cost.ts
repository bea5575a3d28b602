import { maxFirst } from '../../shared/page.ts';

/** What a list costs: the statement behind it, and its fields as often as there are items. */
export const listCost = ({ first }: { readonly first: number }) => ({
  field: 10,
  // A senseless `first` is refused when it is resolved; here it must not make the query look cheap.
  multiplier: Math.min(Math.max(first, 1), maxFirst),
});
