import { platformIdOf, xIdOf } from '../shared/post-key.ts';
import type { ExportRow } from './columns.ts';
import type { ExportedStream, Place, PostRow } from './query.ts';
import { unpackEmotes } from '../shared/stored-emotes.ts';

/** Converts a post to a row of the export. */
export function toRow(stream: ExportedStream, post: PostRow, place: Place | null): ExportRow {
  const { platform } = stream;
  // References of chat messages are platform ids already.
  const idOf = (key: string | null) => (key === null || platform !== 'X' ? key : xIdOf(key));
  const postId = platformIdOf(post);
  return {
    stream: stream.handle ?? stream.title,
    streamKind: stream.kind,
    platform,
    postId,
    url: platform === 'X' ? `https://x.com/i/status/${postId}` : null,
    own: post.own,
    kind: post.kind,
    createdAt: post.createdAt,
    hourKnown: !post.hourUnknown,
    // When only the handle is known, the store has it in place of the id.
    authorId: post.authorId.startsWith('@') ? null : post.authorId,
    authorHandle: post.handle,
    authorName: post.displayName,
    authorAvatarUrl: post.avatarUrl,
    text: post.text,
    language: post.language,
    client: post.client,
    likes: post.likes,
    reposts: post.reposts,
    replies: post.replies,
    quotes: post.quotes,
    bookmarks: post.bookmarks,
    engagement: post.engagement,
    impressions: post.impressions,
    impressionsEstimated: post.impressionsEstimated,
    observedAt: post.observedAt,
    sentiment: post.sentiment === null ? null : post.sentiment / 10_000,
    replyTo: post.replyTo,
    repostOf: post.repostOf,
    parentId: idOf(post.parentId),
    quotedId: idOf(post.quotedId),
    repostedId: idOf(post.repostedId),
    rootId: idOf(place?.rootId ?? null),
    depth: place?.depth ?? null,
    hashtags: post.hashtags,
    mentions: post.mentions,
    cashtags: post.cashtags,
    urls: post.urls,
    domains: post.domains,
    emoji: post.emoji,
    words: post.words,
    media: post.media ?? [],
    emotes: unpackEmotes(post.emotes),
    badges: post.badges ?? [],
    bits: post.bits,
    provider: post.provider,
    collectedAt: post.collectedAt,
  };
}
