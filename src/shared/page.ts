import { BadInputError } from './errors.ts';

/** The most that one list may be asked for. */
export const maxFirst = 200;

/** A list's `first`, or BAD_INPUT when it is out of bounds. */
export function parseFirst(first: number, name = 'first', most = maxFirst): number {
  if (first < 1 || first > most) {
    throw new BadInputError(`Invalid ${name}: ${first} asked, 1 to ${most} allowed`);
  }
  return first;
}

/** The most that can be left out from the start of a list. */
export const maxOffset = 100_000;

/** A list's `offset`, or BAD_INPUT when it is out of bounds. */
export function parseOffset(offset: number): number {
  if (offset < 0 || offset > maxOffset) {
    throw new BadInputError(`Invalid offset: ${offset} asked, 0 to ${maxOffset} allowed`);
  }
  return offset;
}

export type PageArgs = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** One page of a keyset: how many, from where, and in which direction. */
export type PageRequest = {
  readonly limit: number;
  readonly after: string | null;
  readonly before: string | null;
  /** Asked from the end: rows are read in reverse and turned round. */
  readonly backwards: boolean;
};

/** How many are listed where nothing is said. */
export const defaultPage = 20;

/** The page that the arguments ask for: the first `defaultPage` unless said; first and last together are BAD_INPUT. */
export function parsePage(args: PageArgs): PageRequest {
  const { first, last } = args;
  if (first != null && last != null) throw new BadInputError('Give first or last, not both');
  const limit = last != null ? parseFirst(last, 'last') : parseFirst(first ?? defaultPage);
  return { limit, after: args.after ?? null, before: args.before ?? null, backwards: last != null };
}
