import type { CombinedError } from 'urql';
import { type Problem, problemOf } from '../api/errors.ts';
import type { PageRequest, PageOf } from './pages.ts';

// Twice the rows that a list preloads: after a smaller first page, a second request would follow immediately.
const pageRows = 100;

/** The variables of a page of a connection. */
export function pageVariables({ after, before }: PageRequest) {
  return {
    ...(before === undefined ? { first: pageRows } : { last: pageRows, before }),
    ...(after !== undefined && { after }),
  };
}

type Connection<Row> = {
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
};

/** Returns a response as a page of a list, or its error. */
export function pageOf<Row>(
  connection: Connection<Row> | null | undefined,
  error: CombinedError | undefined,
): PageOf<Row> | Problem {
  const problem = problemOf(error);
  if (problem !== null) return problem;
  if (connection == null)
    return {
      code: 'NOT_FOUND',
      title: 'Nothing collected of this yet',
      hint: 'It may have been removed.',
      retryAt: null,
      details: '',
    };
  const { nodes, pageInfo } = connection;
  return {
    rows: nodes,
    start: pageInfo.startCursor ?? null,
    end: pageInfo.endCursor ?? null,
    hasAfter: pageInfo.hasNextPage,
    hasBefore: pageInfo.hasPreviousPage,
  };
}
