import { BadInputError } from './errors.ts';
import { toIso } from './instant.ts';

/** From inclusive, to exclusive, in milliseconds; null is open. */
export type Range = { readonly from: number | null; readonly to: number | null };

/** Open at both ends. */
export const everything: Range = { from: null, to: null };

/** Parses a range; throws BAD_INPUT when it ends before it starts. */
export function parseRange(
  range: { from?: Date | null | undefined; to?: Date | null | undefined } | null | undefined,
): Range {
  const from = range?.from?.getTime() ?? null;
  const to = range?.to?.getTime() ?? null;
  if (from !== null && to !== null && from > to) {
    throw new BadInputError(`Invalid range: from ${toIso(from)} is after to ${toIso(to)}`);
  }
  return { from, to };
}
