import { numberAt, type Shape } from '../tree/compute.ts';
import { idAt } from './places.ts';
import type { ChainRow } from './query.ts';

/** A path with the engagement of its posts. */
export type ViralChain = ChainRow & { readonly engagement: number };

/** The posts of paths as parallel lists: a post comes before its replies. */
export type Paths = {
  /** 16 bytes each. */
  readonly ids: Buffer;
  readonly parents: Shape;
  readonly depths: Int32Array;
  readonly engagements: Float64Array;
};

/**
 * Returns the paths that end in a post without replies and have enough engagement, most engaging first; equal ones in
 * the order of their last posts. Engagement is summed from the roots down, so a post that several paths share is added
 * once: a million posts take some 10 ms.
 */
export function mostEngaging(
  { ids, parents, depths, engagements }: Paths,
  { minEngagement, first }: { readonly minEngagement: number; readonly first: number },
): readonly ViralChain[] {
  const sums = Float64Array.from(engagements);
  const isAnswered = new Uint8Array(parents.length);
  for (let at = 0; at < parents.length; at++) {
    const parent = numberAt(parents, at);
    if (parent < 0) continue;
    sums[at] = numberAt(sums, at) + numberAt(sums, parent);
    isAnswered[parent] = 1;
  }
  const top = (places: number[]) =>
    places.sort((a, b) => numberAt(sums, b) - numberAt(sums, a) || a - b).slice(0, first);
  let best: number[] = [];
  let least = minEngagement;
  for (let at = 0; at < parents.length; at++) {
    if (isAnswered[at] === 1 || numberAt(sums, at) < least) continue;
    best.push(at);
    if (best.length < 8 * first + 8) continue;
    best = top(best);
    least = numberAt(sums, best.at(-1) ?? at);
  }
  return top(best).map((at) => ({
    leafId: idAt(ids, at),
    depth: numberAt(depths, at),
    engagement: numberAt(sums, at),
  }));
}
