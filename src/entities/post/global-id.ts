import { isPlatformId, platformIdOf, postKey } from '../../shared/post-key.ts';
import { isPlatform } from '../../shared/post.ts';
import type { PostKeyPair, PostRow } from './query.ts';

/** A post's id without its type: its stream, its platform and the platform's own id. */
export const postIdOf = ({ streamId, platform, postId }: PostRow): string =>
  `${streamId}:${platform}:${platformIdOf(platform, postId)}`;

/** The post that such an id names; null for a text that names none. */
export function parsePostId(id: string): PostKeyPair | null {
  const [streamId = '', platform = '', platformId = ''] = id.split(':');
  if (!/^\d{1,9}$/.test(streamId) || !isPlatform(platform) || !isPlatformId(platform, platformId))
    return null;
  return { streamId: Number(streamId), postId: postKey(platform, platformId) };
}
