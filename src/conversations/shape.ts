import { ownTurn } from '../platform/turns.ts';
import type { Shape } from './tree/compute.ts';

/** Some posts and their parents as parallel lists. Over all parts a post comes before its replies. */
export type PostsPart = {
  /** Ids, separated by commas. */
  readonly ids: string;
  /** Ids, separated by commas; empty for a root. */
  readonly parentIds: string;
};

/**
 * Returns the posts of all parts, and for each the index of its parent. Postgres could join the parents, but when it
 * underestimates a conversation, it compares every pair of posts, for hours. Each part takes a few milliseconds and has
 * its own turn, so other requests are served in between.
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
