import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { isNewer, oldestOf } from '../x/ids.ts';
import { isId } from '../x/json.ts';

/** The position of a walk through pages; printed, it is the cursor. */
export type Walk = {
  /** X's own cursor for the next page; null at the top. */
  readonly next: string | null;
  readonly userId: string | null;
  /** Distinct posts of the target that the walk has seen, within the reach or not. */
  readonly seen: number;
  /** The lowest id among the places reached; null before the first. */
  readonly lowest: string | null;
  /** False after a page that was not newest first: then X shows a selection, which may have gaps. */
  readonly ordered: boolean;
  /** Recently seen ids, to detect a page that repeats. */
  readonly recent: readonly string[];
};

/** A few pages: X repeats the previous page, or the first one. */
const recentIds = 300;

const id = z.string().refine(isId);
const walkSchema = z.object({
  next: z.string().nullable(),
  userId: id.nullable(),
  seen: z.int().nonnegative(),
  lowest: id.nullable(),
  ordered: z.boolean(),
  recent: z.array(id),
});

/** Creates a walk before its first page. Guests get a selection, even when it happens to be in order. */
export function startWalk(ordered: boolean): Walk {
  return { next: null, userId: null, seen: 0, lowest: null, ordered, recent: [] };
}

/** Reads a cursor; null when it is not one of ours. */
export function parseWalk(cursor: string | null): Walk | null {
  if (cursor === null) return null;
  return walkSchema.safeParse(parseJson(cursor)).data ?? null;
}

/** Prints a walk as a cursor. */
export function writeWalk(walk: Walk): string {
  return JSON.stringify(walk);
}

/** What a walk needs to know about a page. */
type Step = {
  readonly next: string | null;
  /** Ids of all posts of the page. */
  readonly ids: readonly string[];
  /** Ids of the posts that belong to the target. */
  readonly wanted: readonly string[];
  /** The newest wanted id of each entry except the pinned one, in the page's order. */
  readonly places: readonly string[];
};

/** Returns the walk after a page, and how many of its posts were not seen recently. */
export function advance(walk: Walk, step: Step): { readonly walk: Walk; readonly fresh: number } {
  const known = new Set(walk.recent);
  const isFresh = (id: string) => !known.has(id);
  const fresh = step.ids.filter(isFresh);
  const places = step.places.filter(isFresh);
  const before = walk.lowest === null ? [] : [walk.lowest];
  return {
    fresh: fresh.length,
    walk: {
      next: step.next,
      userId: walk.userId,
      seen: walk.seen + step.wanted.filter(isFresh).length,
      lowest: oldestOf([...before, ...places]),
      ordered: walk.ordered && isDescending([...before, ...places]),
      recent: [...walk.recent, ...fresh].slice(-recentIds),
    },
  };
}

function isDescending(ids: readonly string[]): boolean {
  return ids.every((id, index) => {
    const before = ids[index - 1];
    return before === undefined || isNewer(before, id);
  });
}
