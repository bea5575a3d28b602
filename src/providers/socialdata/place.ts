import { z } from 'zod';
import { isId } from '../x/json.ts';

const id = z.string().refine(isId);

const placeSchema = z.object({
  /** Which list is walked: they have nothing in common but the posts. */
  way: z.enum(['timeline', 'search']),
  /** The service's own cursor; null at the first page of a list, or of a search that is asked anew. */
  cursor: z.string().nullable(),
  /** The search under way asks for posts with a lower id only; null for all. */
  below: id.nullable(),
  /** The lowest id that a search saw. */
  lowest: id.nullable(),
  /** Posts of the account that its walk saw, wanted or not. */
  own: z.number().int().nonnegative(),
  /** What the last pages held, to notice pages that come again. */
  seen: z.array(id),
});
/** Where a walk stands; as text, it is the cursor that the provider gives. */
export type Place = Readonly<z.infer<typeof placeSchema>>;

/** Some pages: a page that comes again comes soon. */
const seenMax = 100;

/** The first page of a list; of a search, that of the posts below an id. */
export function beginning(way: Place['way'], below: string | null = null): Place {
  return { way, cursor: null, below, lowest: null, own: 0, seen: [] };
}

/** What was seen once a page with these ids was. */
export function seenAfter(place: Place, ids: readonly string[]): Place['seen'] {
  return [...place.seen, ...ids].slice(-seenMax);
}

/** The place as text. */
export function printPlace(place: Place): string {
  return JSON.stringify(place);
}

/** Null when the text is none that `printPlace` gave: whoever asks begins anew then. */
export function parsePlace(text: string | null): Place | null {
  if (text === null) return null;
  try {
    return placeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
