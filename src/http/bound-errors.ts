import { GraphQLError } from 'graphql';
import { DomainError } from '../shared/errors.ts';

/** Errors that one answer tells; each field that fails has its own, and there may be thousands. */
const maxErrors = 50;

/** The answer with its first errors, and one that says how many more there were. */
export function boundErrors<Result>(result: Result): Result {
  if (typeof result !== 'object' || result === null || !('errors' in result)) return result;
  const { errors } = result;
  if (!Array.isArray(errors) || errors.length <= maxErrors) return result;
  return { ...result, errors: firstErrors(errors) };
}

/** The first of many errors, and one that says how many more there were. */
export function firstErrors(errors: readonly GraphQLError[]): GraphQLError[] {
  if (errors.length <= maxErrors) return [...errors];
  const originalError = new DomainError(
    'BAD_INPUT',
    `${errors.length - maxErrors} more errors are not shown`,
  );
  return [...errors.slice(0, maxErrors), new GraphQLError(originalError.message, { originalError })];
}
