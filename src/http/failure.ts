import { type ExecutionResult, GraphQLError } from 'graphql';

/** Wraps a thrown value in a GraphQLError, for masking. */
export function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** Returns an answer without data that has the thrown error. */
export const failed = (error: unknown): ExecutionResult => ({ errors: [toGraphqlError(error)] });
