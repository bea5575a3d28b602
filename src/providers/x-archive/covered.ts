import { dayMs } from '../../shared/instant.ts';
import type { Covered } from '../../shared/post.ts';
import { isPartial, manifestClaim, payloadClaim } from './identity.ts';
import type { Layout } from './layout.ts';
import { readAssigned } from './small-file.ts';

/** What is in an archive. */
type Contents = {
  /** Tweets that its files of tweets list, copies and earlier versions too. */
  readonly tweets: number;
  readonly rejected: number;
  /** When its newest tweet was written; null without any. */
  readonly newest: number | null;
};

/** So long X may take to put an archive together; it says that it takes a day. */
const preparedForMs = 2 * dayMs;

/**
 * Until when an archive holds all tweets of its account; null when it does not say when it was made, or lacks some: of a
 * part of one, of one without a file or with records that cannot be read, and of `tweets.js` alone nobody knows. What was
 * written while X prepared it may be missing.
 */
export async function coveredBy(
  layout: Layout,
  { tweets, rejected, newest }: Contents,
): Promise<Covered | null> {
  const [file, ...others] = [...layout.manifests, ...layout.payloadDetails];
  if (file === undefined || others.length > 0 || rejected > 0) return null;
  const content = await readAssigned(file);
  if (isPartial(content)) return null;
  const { observedAt, reportedPosts } =
    layout.manifests.length > 0 ? manifestClaim(content) : payloadClaim(content);
  if (observedAt == null || (reportedPosts ?? 0) > tweets) return null;
  return { madeAt: observedAt, until: Math.max(newest ?? 0, observedAt - preparedForMs) };
}
