import { isPlatformId, xIdOf, xKey } from '../../shared/post-key.ts';
import { isPlatform } from '../../shared/post.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import type { PostKeyPair } from './query.ts';
import type { PostRow } from './row.ts';

/**
 * Returns the id of a post without its type: its stream, its platform, and the platform's own id, or the key of a
 * chat message.
 */
export const postIdOf = ({
  streamId,
  platform,
  postId,
}: Pick<PostRow, 'streamId' | 'platform' | 'postId'>): string =>
  `${streamId}:${platform}:${platform === 'X' ? xIdOf(postId) : postId}`;

/** Returns the post that such an id names; null when the text names none. */
export function parsePostId(id: string): PostKeyPair | null {
  const [stream = '', platform = '', platformId = ''] = id.split(':');
  const streamId = rowIdOf(stream);
  if (streamId === null || !isPlatform(platform) || !isPlatformId(platform, platformId)) return null;
  return { streamId, postId: platform === 'X' ? xKey(platformId) : platformId };
}
