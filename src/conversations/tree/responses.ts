import { numberAt, type Shape } from './compute.ts';

/** The posts of a conversation, in the order of its shape. */
export type Written = {
  readonly parents: Shape;
  /** Each post's author, as a number within the conversation. */
  readonly authors: Int32Array;
  /** Milliseconds since 1970; NaN when only the day is known. */
  readonly createdAt: Float64Array;
};

/** The responses to a conversation. */
export type Responses = {
  /** The number of posts of the opening: the root and its author's additions. */
  readonly opening: number;
  /** Milliseconds from the root to the first response to the opening. Null without one whose time is known. */
  readonly first: number | null;
  /** Median of the milliseconds from a post to a response to it. Null without one whose time is known. */
  readonly median: number | null;
};

/**
 * Computes the responses. The author's own replies to the root, to those, and so on are the opening: one text in
 * several posts. They are no responses, and a reply to any of them is a response to the opening. Every other post is a
 * response to its parent. Unknown times, and times before the parent's, are ignored.
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

/** Returns 1 for each post of the opening, else 0. */
function openingOf(parents: Shape, authors: Int32Array): Uint8Array {
  const openings = new Uint8Array(parents.length);
  openings[0] = 1;
  for (let at = 1; at < parents.length; at++) {
    if (openings[numberAt(parents, at)] === 1 && authors[at] === authors[0]) openings[at] = 1;
  }
  return openings;
}

/** The median, rounded to a millisecond. */
function medianOf(values: Float64Array): number | null {
  if (values.length === 0) return null;
  values.sort();
  const [low, high] = [(values.length - 1) >> 1, values.length >> 1];
  return Math.round((numberAt(values, low) + numberAt(values, high)) / 2);
}
