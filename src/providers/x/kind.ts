import type { PostKind } from '../../shared/post.ts';

/** What a post on X is: of one that is several, the first of repost, reply, quote. */
export function kindOf(isRepost: boolean, isReply: boolean, isQuote: boolean): PostKind {
  if (isRepost) return 'REPOST';
  if (isReply) return 'REPLY';
  return isQuote ? 'QUOTE' : 'ORIGINAL';
}
