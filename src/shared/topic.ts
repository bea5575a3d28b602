import { BadInputError } from './errors.ts';
import { composed } from './fold.ts';

/** As many as X's own search takes. */
const maxLength = 512;

/** A search as typed, with single spaces and none around it; BAD_INPUT when it is empty or over 512 characters. */
export function parseTopicQuery(query: string): string {
  const tidy = composed(query).trim().replace(/\s+/g, ' ');
  const { length } = [...tidy];
  if (length === 0) throw new BadInputError('Empty query: give at least a word to search for');
  if (length > maxLength) {
    throw new BadInputError(`Query too long: ${length} characters given, ${maxLength} allowed`);
  }
  if (/[\p{Cc}\p{Cs}]/u.test(tidy)) {
    throw new BadInputError('A query is text: control characters and halves of characters are none');
  }
  return tidy;
}

/** What makes a topic this one and no other, of a query that was parsed: the same words, whatever their case. */
export const topicIdentity = (query: string): string => query.toLowerCase();
