import { BadInputError } from '../shared/errors.ts';
import { maxFirst, parseFirst } from './inputs.ts';

export type PageArgs = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** One page of a keyset: how many, from where, and in which direction. */
export type PageRequest = {
  readonly limit: number;
  readonly after: string | null;
  readonly before: string | null;
  /** Asked from the end: rows are read in reverse and turned round. */
  readonly backwards: boolean;
};

const defaultPage = 20;

/** The page that the arguments ask for: the first 20 unless said; first and last together are BAD_INPUT. */
export function parsePage(args: PageArgs): PageRequest {
  const { first, last } = args;
  if (first != null && last != null) throw new BadInputError('Give first or last, not both');
  const limit =
    last != null
      ? parseFirst(last, 'last')
      : first != null
        ? parseFirst(first)
        : Math.min(defaultPage, maxFirst);
  return { limit, after: args.after ?? null, before: args.before ?? null, backwards: last != null };
}

/**
 * The rows of one page in the order asked for, given one row more than the page's limit where there is one. `count`
 * counts the rows of all pages together, if that is asked for.
 */
export function toConnection<Row>(
  page: PageRequest,
  rows: readonly Row[],
  cursorOf: (row: Row) => string,
  count: () => Promise<number>,
) {
  const more = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.backwards) kept.reverse();
  const edges = kept.map((node) => ({ cursor: cursorOf(node), node }));
  let counted: Promise<number> | undefined;
  return {
    // Once, however many ask: under a hundred posts of one stream its connection is the same object.
    count: () => (counted ??= count()),
    edges,
    pageInfo: {
      hasNextPage: page.backwards ? page.before !== null : more,
      hasPreviousPage: page.backwards ? more : page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Counts the rows of all pages together. Pothos knows what a connection has only as the schema tells it. */
export function countOf(connection: object): Promise<number> {
  return (connection as ReturnType<typeof toConnection>).count(); // safe: every connection is made by `toConnection`
}
