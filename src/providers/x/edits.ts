import type { NormalisedPost, Versions } from '../../shared/post.ts';
import { isId } from './json.ts';
import { isNewer } from './ids.ts';

/**
 * Returns the versions that an answer lists for a post, including its own id, oldest first; null when it was never
 * edited.
 */
export function versionsOf(id: string, listed: readonly unknown[]): Versions | null {
  const ids = listed.filter((one): one is string => typeof one === 'string' && isId(one));
  const versions = [...new Set([id, ...ids])];
  return versions.length === 1 ? null : versions.sort((a, b) => (isNewer(a, b) ? 1 : -1));
}

/** Leaves out posts that have a later version among the posts. */
export function newestVersions(
  posts: readonly NormalisedPost[],
  edits: readonly Versions[],
): readonly NormalisedPost[] {
  if (edits.length === 0) return posts;
  const ids = new Set(posts.map(({ platformId }) => platformId));
  const outdated = new Set(
    edits.flatMap((versions) => {
      const newest = versions.findLast((id) => ids.has(id));
      return versions.filter((id) => newest !== undefined && isNewer(newest, id));
    }),
  );
  return posts.filter(({ platformId }) => !outdated.has(platformId));
}
