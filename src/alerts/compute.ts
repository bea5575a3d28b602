/** Returns the median; null without numbers. */
export function medianOf(figures: readonly number[]): number | null {
  if (figures.length === 0) return null;
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1], sorted[middle]] as [number, number]; // safe: there is one at least
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** A post whose likes are known. */
export type LikedPost = { readonly postId: string; readonly createdAt: number; readonly likes: number };

/** A post that has far more likes than its account's posts before it. */
export type Outstanding = LikedPost & {
  /** The median likes of the posts before it. */
  readonly normal: number;
  /** Its likes divided by `normal`, or by 1 when `normal` is below 1. */
  readonly times: number;
};

/** How many earlier posts define what is normal for an account: at least `min`, at most `max`. */
export const normalPosts = { min: 10, max: 100 } as const;

/**
 * Returns the posts from `from` on that have at least `minLikes` and `times` times the median of the posts before them.
 * Posts come newest first. A post with fewer than 10 posts before it is not judged. Single posts hardly move a median:
 * one that went viral last week does not hide the next one.
 */
export function outstandingPosts(
  posts: readonly LikedPost[],
  { times, minLikes, from }: { readonly times: number; readonly minLikes: number; readonly from: number },
): readonly Outstanding[] {
  return posts.flatMap((post, at) => {
    if (post.createdAt < from || post.likes < minLikes) return [];
    const before = posts.slice(at + 1, at + 1 + normalPosts.max);
    const normal = before.length < normalPosts.min ? null : medianOf(before.map(({ likes }) => likes));
    if (normal === null) return [];
    const measured = post.likes / Math.max(normal, 1);
    return measured >= times ? [{ ...post, normal, times: measured }] : [];
  });
}

/** How many followers an account had at a time, in milliseconds. */
export type FollowerReading = { readonly at: number; readonly followers: number };

/** A loss of followers: from the highest reading to the last one. */
export type Loss = {
  readonly from: FollowerReading;
  readonly to: FollowerReading;
  readonly count: number;
  /** In per cent of the highest reading, 0 to 100. */
  readonly percent: number;
};

/**
 * Returns how far the last reading is below the highest one of the period that ends with it. The number that an account
 * had when the period began belongs to the period. `since` is the time of the last reading that an event reported: earlier
 * readings do not count again. Readings come in the order of time. Null without a reading, and when nothing was lost.
 */
export function lossOf(
  readings: readonly FollowerReading[],
  { withinMs, since }: { readonly withinMs: number; readonly since: number | null },
): Loss | null {
  const to = readings.at(-1);
  if (to === undefined) return null;
  const start = Math.max(to.at - withinMs, since ?? Number.NEGATIVE_INFINITY);
  // The last reading before the start holds until the next one.
  const first = Math.max(
    readings.findLastIndex(({ at }) => at <= start),
    0,
  );
  const from = readings
    .slice(first)
    .reduce((highest, one) => (one.followers > highest.followers ? one : highest));
  const count = from.followers - to.followers;
  return count <= 0 ? null : { from, to, count, percent: (100 * count) / from.followers };
}

/** Whether the loss reaches the threshold, which is a count or a percentage. */
export const isLoss = (
  loss: Loss,
  { count, percent }: { readonly count: number | null; readonly percent: number | null },
): boolean => (count !== null ? loss.count >= count : loss.percent >= (percent ?? 0));

/**
 * Returns the mean number of posts per window, from `posts` posts in `spanMs`; null when the span is shorter than one
 * window.
 */
export const usualOf = (posts: number, spanMs: number, windowMs: number): number | null =>
  spanMs < windowMs ? null : (posts * windowMs) / spanMs;

/** Returns how many posts a window needs to fire; null while the usual number is unknown. */
export function postsNeeded(
  { minPosts, times }: { readonly minPosts: number; readonly times: number | null },
  usual: number | null,
): number | null {
  if (times === null) return minPosts;
  return usual === null ? null : Math.max(minPosts, times * usual);
}

/** Returns when an alert may fire again; null when it has not fired yet. */
export const coolsUntil = (firedAt: number | null, cooldownMs: number): number | null =>
  firedAt === null ? null : firedAt + cooldownMs;
