import { type ExecutionResult, GraphQLError } from 'graphql';

/** What was thrown as an error of GraphQL's, which the mask for errors takes further. */
export function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** An answer without data that says what was thrown. */
export const failed = (error: unknown): ExecutionResult => ({ errors: [toGraphqlError(error)] });
