import { GraphQLError } from 'graphql';
import type { DomainError } from '../shared/errors.ts';

/**
 * A refusal as Yoga takes it. As any error of a document it is 200 for clients of plain JSON; what is wrong with the
 * request itself has a status for everybody.
 */
export function refused(error: DomainError, requestStatus?: number): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: requestStatus ?? 400, spec: requestStatus === undefined } },
  });
}
