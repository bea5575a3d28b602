import { z } from 'zod';
import { isId } from '../x/json.ts';

const id = z.string().refine(isId);

const placeSchema = z.object({
  /** The list that is being walked; cursors of the two are not interchangeable. */
  way: z.enum(['timeline', 'search']),
  /** The service's cursor; null on the first page of a list, and when a search is repeated with a new bound. */
  cursor: z.string().nullable(),
  /** The current search asks only for posts with a lower id; null: no bound. */
  below: id.nullable(),
  /** The lowest id that the search has seen. */
  lowest: id.nullable(),
  /** The account's posts that the walk has seen, within the reach or not. */
  own: z.number().int().nonnegative(),
  /** Ids of the last pages, to detect pages that repeat. */
  seen: z.array(id),
});
/** The position of a walk. Printed as text, it is the provider's cursor. */
export type Place = Readonly<z.infer<typeof placeSchema>>;

/** A few pages: a repeated page follows soon. */
const seenMax = 100;

/** The first page of a list; for a search, the first page of the posts below an id. */
export function beginning(way: Place['way'], below: string | null = null): Place {
  return { way, cursor: null, below, lowest: null, own: 0, seen: [] };
}

/** The ids seen after a page with these ids. */
export function seenAfter(place: Place, ids: readonly string[]): Place['seen'] {
  return [...place.seen, ...ids].slice(-seenMax);
}

export function printPlace(place: Place): string {
  return JSON.stringify(place);
}

/** Null when `printPlace` did not make the text: the caller begins again. */
export function parsePlace(text: string | null): Place | null {
  if (text === null) return null;
  try {
    return placeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
