/** An hour of the week, weekday 1 Monday to 7 Sunday, with the posts that know a metric and their sum of it. */
export type SlotSum = {
  readonly weekday: number;
  readonly hour: number;
  readonly posts: number;
  readonly sum: number;
};

export type PostingSlot = Omit<SlotSum, 'sum'> & { readonly expected: number; readonly lift: number };

/**
 * How many posts at the account's mean each slot is given beside its own: the m of the m-estimate (B. Cestnik,
 * "Estimating probabilities", ECAI 1990). A slot is half its own at as many posts, so that one lucky post does not
 * make a best time; 168 slots share a history of some thousand posts, which is about ten each.
 */
export const priorPosts = 10;

/**
 * Every slot with what a post in it can be expected to get, shrunk toward the account's mean where posts are few.
 * Highest first; equal: more posts, then earlier in the week. `floor` is the metric's lowest possible value, from
 * which the lift is measured. Empty where the mean is at the floor, since nothing can be told from it.
 */
export function rankSlots(slots: readonly SlotSum[], floor: number): readonly PostingSlot[] {
  const known = slots.filter((slot) => slot.posts > 0);
  const posts = known.reduce((total, slot) => total + slot.posts, 0);
  const mean = known.reduce((total, slot) => total + slot.sum, 0) / posts;
  if (posts === 0 || mean <= floor) return [];
  return known
    .map(({ sum, ...slot }) => {
      const expected = (sum + priorPosts * mean) / (slot.posts + priorPosts);
      return { ...slot, expected, lift: (expected - floor) / (mean - floor) };
    })
    .sort(
      (a, b) =>
        twelveDigits(b.expected) - twelveDigits(a.expected) ||
        b.posts - a.posts ||
        a.weekday - b.weekday ||
        a.hour - b.hour,
    );
}

/** Slots at the mean are equal, however many posts they have; floating point makes their last digits differ. */
function twelveDigits(value: number): number {
  return Number(value.toPrecision(12));
}
