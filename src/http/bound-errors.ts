import { GraphQLError } from 'graphql';
import { DomainError } from '../shared/errors.ts';

/** The most errors in one answer. Each failed field has its own, and there may be thousands. */
const maxErrors = 50;

/** Limits an answer to its first errors, and adds one that says how many more there were. */
export function boundErrors<Result>(result: Result): Result {
  if (typeof result !== 'object' || result === null || !('errors' in result)) return result;
  const { errors } = result;
  if (!Array.isArray(errors) || errors.length <= maxErrors) return result;
  return { ...result, errors: firstErrors(errors) };
}

/** Returns the first errors, and one that says how many more there were. */
export function firstErrors(errors: readonly GraphQLError[]): GraphQLError[] {
  if (errors.length <= maxErrors) return [...errors];
  const originalError = new DomainError(
    'BAD_INPUT',
    `${errors.length - maxErrors} more errors are not shown`,
  );
  return [...errors.slice(0, maxErrors), new GraphQLError(originalError.message, { originalError })];
}
