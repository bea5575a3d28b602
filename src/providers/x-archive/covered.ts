import { dayMs } from '../../shared/instant.ts';
import type { Covered } from '../../shared/post.ts';
import { isPartial, manifestClaim, payloadClaim } from './identity.ts';
import type { Layout } from './layout.ts';
import { readAssigned } from './small-file.ts';

/** The contents of an archive. */
type Contents = {
  /** Tweets in its tweet files, including copies and earlier versions. */
  readonly tweets: number;
  readonly rejected: number;
  /** When its newest tweet was posted; null when it has none. */
  readonly newest: number | null;
};

/** X says that it takes a day to prepare an archive; allow for two. */
const preparedForMs = 2 * dayMs;

/**
 * Returns until when an archive has all tweets of its account. Null when it does not say when it was made, or may lack
 * some: a partial archive, one without a file or with unreadable records, or `tweets.js` alone. Tweets that were posted
 * while X prepared the archive may be missing.
 */
export async function coveredBy(
  layout: Layout,
  { tweets, rejected, newest }: Contents,
): Promise<Covered | null> {
  const [file, ...more] = [...layout.manifests, ...layout.payloadDetails];
  if (file === undefined || more.length > 0 || rejected > 0) return null;
  const content = await readAssigned(file);
  if (isPartial(content)) return null;
  const { observedAt, reportedPosts } =
    layout.manifests.length > 0 ? manifestClaim(content) : payloadClaim(content);
  if (observedAt == null || (reportedPosts ?? 0) > tweets) return null;
  return { madeAt: observedAt, until: Math.max(newest ?? 0, observedAt - preparedForMs) };
}
