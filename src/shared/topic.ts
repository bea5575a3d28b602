import { BadInputError } from './errors.ts';
import { composed } from './fold.ts';

/** The limit of X's own search. */
const maxLength = 512;

/**
 * Parses a search as typed; returns it with single spaces. Throws BAD_INPUT when it is empty or has more than 512
 * characters.
 */
export function parseTopicQuery(query: string): string {
  const tidy = composed(query).trim().replace(/\s+/g, ' ');
  const { length } = [...tidy];
  if (length === 0) throw new BadInputError('Empty query: give at least a word to search for');
  if (length > maxLength) {
    throw new BadInputError(`Query too long: ${length} characters given, ${maxLength} allowed`);
  }
  if (/[\p{Cc}\p{Cs}]/u.test(tidy)) {
    throw new BadInputError('A query must not have control characters or halves of characters');
  }
  return tidy;
}

/** Returns the identity of a parsed query's topic: the same words, whatever their case. */
export const topicIdentity = (query: string): string => query.toLowerCase();
