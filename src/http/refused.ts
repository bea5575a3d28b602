import { GraphQLError } from 'graphql';
import type { DomainError } from '../shared/errors.ts';

/**
 * Returns a refusal for Yoga. An error in a document is 200 for plain JSON clients; an error in the request itself
 * has `requestStatus` for everybody.
 */
export function refused(error: DomainError, requestStatus?: number): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: requestStatus ?? 400, spec: requestStatus === undefined } },
  });
}
