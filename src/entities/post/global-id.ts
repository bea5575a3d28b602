import { isPlatformId, xIdOf, xKey } from '../../shared/post-key.ts';
import { isPlatform } from '../../shared/post.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import type { PostKeyPair, PostRow } from './query.ts';

/** A post's id without its type: its stream, its platform, and the platform's own id; of a chat message the key. */
export const postIdOf = ({
  streamId,
  platform,
  postId,
}: Pick<PostRow, 'streamId' | 'platform' | 'postId'>): string =>
  `${streamId}:${platform}:${platform === 'X' ? xIdOf(postId) : postId}`;

/** The post that such an id names; null for a text that names none. */
export function parsePostId(id: string): PostKeyPair | null {
  const [stream = '', platform = '', platformId = ''] = id.split(':');
  const streamId = rowIdOf(stream);
  if (streamId === null || !isPlatform(platform) || !isPlatformId(platform, platformId)) return null;
  return { streamId, postId: platform === 'X' ? xKey(platformId) : platformId };
}
