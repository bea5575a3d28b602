import { numberAt, type Shape } from './compute.ts';

/** What is known of the posts of a conversation, in the order of its shape. */
export type Written = {
  readonly parents: Shape;
  /** A number for each author, the same for all their posts in the conversation. */
  readonly authors: Int32Array;
  /** Milliseconds since 1970; NaN when only the day is known. */
  readonly createdAt: Float64Array;
};

/** How a conversation was answered. */
export type Responses = {
  /** Posts of the opening: the root, and what its author added to it. */
  readonly opening: number;
  /** Milliseconds from the root to the first response to the opening. Null without one whose time is known. */
  readonly first: number | null;
  /** Median of the milliseconds from a post to a response to it. Null without one whose time is known. */
  readonly median: number | null;
};

/**
 * The author's own replies to the root, to those, and so on are one opening: a text in several posts. They are no
 * responses, and whoever answers one of them answers the opening. Every other post is a response to the post that it
 * replies to. Times that are not known, or before the post that is answered, are left out.
 */
export function computeResponses({ parents, authors, createdAt }: Written): Responses {
  const openings = openingOf(parents, authors);
  const begin = numberAt(createdAt, 0);
  const times: number[] = [];
  let opening = 1;
  let first: number | null = null;
  for (let at = 1; at < parents.length; at++) {
    if (openings[at] === 1) {
      opening += 1;
      continue;
    }
    const parent = numberAt(parents, at);
    const written = numberAt(createdAt, at);
    if (written >= numberAt(createdAt, parent)) times.push(written - numberAt(createdAt, parent));
    const isFirst = openings[parent] === 1 && written >= begin && (first === null || written - begin < first);
    if (isFirst) first = written - begin;
  }
  return { opening, first, median: medianOf(Float64Array.from(times)) };
}

/** 1 for each post of the opening. */
function openingOf(parents: Shape, authors: Int32Array): Uint8Array {
  const openings = new Uint8Array(parents.length);
  openings[0] = 1;
  for (let at = 1; at < parents.length; at++) {
    if (openings[numberAt(parents, at)] === 1 && authors[at] === authors[0]) openings[at] = 1;
  }
  return openings;
}

/** To the millisecond. */
function medianOf(values: Float64Array): number | null {
  if (values.length === 0) return null;
  values.sort();
  const [low, high] = [(values.length - 1) >> 1, values.length >> 1];
  return Math.round((numberAt(values, low) + numberAt(values, high)) / 2);
}
