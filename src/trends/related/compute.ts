/** How much one hashtag goes with another. */
export type Relation = {
  /** Posts with both over posts with the first, 0 to 1. */
  readonly cooccurrenceRate: number;
  /** How many times likelier a post with the first has the other than any post has: 1 when they have nothing to do with each other. */
  readonly lift: number;
};

/** `both` of `of` posts with the first have the other, which `posts` of `all` have. */
export function relationOf(both: number, of: number, posts: number, all: number): Relation {
  const cooccurrenceRate = both / of;
  return { cooccurrenceRate, lift: cooccurrenceRate / (posts / all) };
}
