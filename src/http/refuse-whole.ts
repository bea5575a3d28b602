import { type ExecutionResult, GraphQLError } from 'graphql';
import { codeOf } from '../graphql/mask-error.ts';
import type { ErrorCode } from '../shared/errors.ts';

/** The codes of errors that only another query avoids. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['BAD_INPUT', 'QUERY_TOO_COMPLEX']);

/**
 * Refuses a whole query when one of its fields is refused and cannot be null. GraphQL would make the nearest nullable
 * field null, often `account`, which would mean that nothing was collected for it. The answer then has no data, as
 * for an invalid document. When the refused field itself can be null, the rest of the answer stays. Not for
 * mutations: the client must learn what they have written.
 */
export function refuseWhole<Result>(result: Result): Result | ExecutionResult {
  const { data, errors } = result as ExecutionResult; // safe: a result without data or errors gives undefined
  if (!errors?.length) return result;
  const isHole = (error: GraphQLError) => refusals.has(codeOf(error)) && !isAnswered(data, error.path);
  if (!errors.some(isHole)) return result;
  return { errors: errors.map((error) => (isHole(error) ? withStatus(error) : error)) };
}

/** Whether the answer has the field at a path, even as null. */
function isAnswered(data: unknown, path: GraphQLError['path']): boolean {
  if (path === undefined) return true;
  let parent = data;
  for (const key of path) {
    if (typeof parent !== 'object' || parent === null) return false;
    parent = (parent as Record<string | number, unknown>)[key];
  }
  return true;
}

/** Sets the status 400, and 200 for plain JSON clients, as for any error in a document. */
const withStatus = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    originalError: error.originalError ?? null,
    extensions: { ...error.extensions, http: { status: 400, spec: true } },
  });
