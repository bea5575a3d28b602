import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { isNewer, oldestOf } from '../x/ids.ts';
import { isId } from '../x/json.ts';

/** Where a walk through pages stands; its text is the cursor that callers give back. */
export type Walk = {
  /** X's own cursor for the next page; null at the top. */
  readonly next: string | null;
  readonly userId: string | null;
  /** Different wanted posts that the walk has seen, within its reach and outside. */
  readonly seen: number;
  /** Id of the lowest place reached; null before the first. */
  readonly lowest: string | null;
  /** False once a page was not newest first: then it is a selection, and tells nothing of what lies between. */
  readonly ordered: boolean;
  /** Ids seen lately, to tell a page that comes again. */
  readonly recent: readonly string[];
};

/** Some pages' worth: X repeats the page before, or the first one. */
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

/** A walk before its first page. Guests are shown a selection even where it happens to be in order. */
export function startWalk(ordered: boolean): Walk {
  return { next: null, userId: null, seen: 0, lowest: null, ordered, recent: [] };
}

/** The walk that a cursor tells of; null for one that is not ours. */
export function parseWalk(cursor: string | null): Walk | null {
  if (cursor === null) return null;
  return walkSchema.safeParse(parseJson(cursor)).data ?? null;
}

/** The cursor of a walk. */
export function writeWalk(walk: Walk): string {
  return JSON.stringify(walk);
}

/** A page as it matters to a walk. */
type Step = {
  readonly next: string | null;
  /** Ids of all posts on it, also those beside the ones asked for. */
  readonly ids: readonly string[];
  /** Ids of those asked for. */
  readonly wanted: readonly string[];
  /** Of each place on the page but the pinned one the newest wanted id, in the page's order. */
  readonly places: readonly string[];
};

/** The walk after a page, and how many of the page's posts it had not seen lately. */
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
