import type { PageRequest } from '../shared/page.ts';

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
