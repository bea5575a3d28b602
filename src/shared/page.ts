import { BadInputError } from './errors.ts';

/** The longest page of a list. */
export const maxFirst = 200;

/** Returns a list's `first`; throws BAD_INPUT when it is out of bounds. */
export function parseFirst(first: number, name = 'first', most = maxFirst): number {
  if (first < 1 || first > most) {
    throw new BadInputError(`Invalid ${name}: ${first} asked, 1 to ${most} allowed`);
  }
  return first;
}

/** The largest offset of a list. */
export const maxOffset = 100_000;

/** Returns a list's `offset`; throws BAD_INPUT when it is out of bounds. */
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

/** A page of a keyset: its size, start and direction. */
export type PageRequest = {
  readonly limit: number;
  readonly after: string | null;
  readonly before: string | null;
  /** Whether the page is counted from the end: rows are read in reverse order and then reversed. */
  readonly backwards: boolean;
};

/** The default page size. */
export const defaultPage = 20;

/**
 * Parses the arguments of a page; by default the first `defaultPage` items. Throws BAD_INPUT when both first and last
 * are given.
 */
export function parsePage(args: PageArgs): PageRequest {
  const { first, last } = args;
  if (first != null && last != null) throw new BadInputError('Give first or last, not both');
  const limit = last != null ? parseFirst(last, 'last') : parseFirst(first ?? defaultPage);
  return { limit, after: args.after ?? null, before: args.before ?? null, backwards: last != null };
}
