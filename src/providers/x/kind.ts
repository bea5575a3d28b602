import type { PostKind } from '../../shared/post.ts';

/** Returns the kind of a post on X; when several apply, the first of repost, reply, quote. */
export function kindOf(isRepost: boolean, isReply: boolean, isQuote: boolean): PostKind {
  if (isRepost) return 'REPOST';
  if (isReply) return 'REPLY';
  return isQuote ? 'QUOTE' : 'ORIGINAL';
}
