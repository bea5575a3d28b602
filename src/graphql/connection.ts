import type { PageRequest } from '../shared/page.ts';

/**
 * Returns the connection of one page, from its rows in the requested order: one row more than the limit when more
 * follow. `count` counts the rows of all pages together, and runs only when it is selected.
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
    // Counted once: a hundred posts of one stream share its connection.
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

/** Counts the rows of all pages together. Pothos knows only the properties of a connection that the schema has. */
export function countOf(connection: object): Promise<number> {
  return (connection as ReturnType<typeof toConnection>).count(); // safe: every connection is made by `toConnection`
}
