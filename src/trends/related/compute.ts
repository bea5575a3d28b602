/** How strongly one hashtag is used with another. */
export type Relation = {
  /** Posts with both divided by posts with the first, 0 to 1. */
  readonly cooccurrenceRate: number;
  /** How many times likelier a post with the first has the other than any post does: 1 when they are independent. */
  readonly lift: number;
};

/** `both` of `of` posts with the first have the other, which `posts` of `all` have. */
export function relationOf(both: number, of: number, posts: number, all: number): Relation {
  const cooccurrenceRate = both / of;
  return { cooccurrenceRate, lift: cooccurrenceRate / (posts / all) };
}
