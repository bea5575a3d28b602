import { ownTurn } from '../platform/turns.ts';
import type { Shape } from './tree/compute.ts';

/** Some posts and those that they reply to, as lists in one order: over all parts a post comes before its replies. */
export type PostsPart = {
  /** Ids with commas between. */
  readonly ids: string;
  /** Nothing in the place of a root's. */
  readonly parentIds: string;
};

/**
 * The posts of all parts, and for each the place of the one that it replies to. Postgres could join each post to its parent;
 * but where it takes a conversation for smaller than it is, it compares each post with each, for hours. A part is read in
 * a few milliseconds, each in a turn of its own, so that others are answered in between.
 */
export async function shapeOf(
  parts: readonly PostsPart[],
): Promise<{ readonly ids: readonly string[]; readonly parents: Shape }> {
  const ids: string[] = [];
  const parents: number[] = [];
  const places = new Map<string, number>();
  for (const [at, part] of parts.entries()) {
    if (at > 0) await ownTurn();
    for (const id of part.ids.split(',')) places.set(id, ids.push(id) - 1);
    for (const parentId of part.parentIds.split(',')) parents.push(places.get(parentId) ?? -1);
  }
  return { ids, parents: Int32Array.from(parents) };
}
