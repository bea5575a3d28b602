import type { AuthorRef } from '../../shared/author-ref.ts';
import {
  type AccountProfile,
  type Entities,
  type Media,
  type NormalisedPost,
  unknownMetrics,
} from '../../shared/post.ts';
import { isoLanguage } from '../../shared/x-language.ts';
import { isWithheld } from '../x/withheld.ts';
import { kindOf } from '../x/kind.ts';
import { clientName, type Link, repostedHandle, resolveText, unescapeHtml } from '../x/text.ts';
import type { Includes, Read } from './answer.ts';
import type { ApiEntities, ApiMedia, ApiPost, ApiUser } from './schema.ts';

/** A post and the parts of the answer that belong to it. */
export type PostParts = {
  readonly post: Read<ApiPost>;
  readonly author: Read<ApiUser> | null;
  /** The user whom it replies to. */
  readonly answered: Read<ApiUser> | null;
  /** The original of a repost. */
  readonly original: Read<ApiPost> | null;
  readonly originalAuthor: Read<ApiUser> | null;
  readonly media: readonly Read<ApiMedia>[];
};

/** Selects the parts that belong to a post. */
export function partsOf(post: Read<ApiPost>, includes: Includes): PostParts {
  const user = (id: string | null) => (id === null ? null : (includes.users.get(id) ?? null));
  const { repostedId, authorId, answeredUserId, mediaKeys } = post.value;
  const original = repostedId === null ? null : (includes.posts.get(repostedId) ?? null);
  const keys = mediaKeys.length > 0 ? mediaKeys : (original?.value.mediaKeys ?? []);
  return {
    post,
    author: user(authorId),
    answered: user(answeredUserId),
    original,
    originalAuthor: user(original?.value.authorId ?? null),
    media: [...new Set(keys)].flatMap((key) => includes.media.get(key) ?? []),
  };
}

/** The stream that the post is for. */
export type Owner = {
  /** Null for a search, where every post counts as its own. */
  readonly account: AccountProfile | null;
  /** Whether a post without an author belongs to the account, as in its own timeline. */
  readonly writesUnsigned: boolean;
};

/**
 * Converts a post; returns the reason when it cannot. Reposts have no metrics: the API returns 0 or those of the
 * original.
 */
export function mapPost(
  parts: PostParts,
  owner: Owner,
  observedAt: number,
): Omit<NormalisedPost, 'raw'> | string {
  const post = parts.post.value;
  const author = authorOf(parts, owner);
  if (typeof author === 'string') return author;
  const isRepost = post.repostedId !== null;
  const repostOf = isRepost ? repostOfPost(parts) : null;
  const replyTo = isRepost ? null : replyToOf(parts, owner.account);
  const quoteOf = isRepost ? null : post.quotedId;
  return {
    platformId: post.id,
    author,
    own: owner.account === null || isAccount(author, owner.account),
    kind: kindOf(isRepost, replyTo !== null, quoteOf !== null),
    text: repostOf === null ? textOf(post) : repostText(parts, repostOf.handle),
    createdAt: post.createdAt,
    language: isoLanguage(post.language),
    metrics: isRepost ? unknownMetrics : (post.metrics ?? unknownMetrics),
    observedAt,
    entities: repostOf === null ? entitiesOf(post) : repostEntities(parts, repostOf.handle),
    media: parts.media.flatMap(({ value }) => mediaOf(value)),
    replyTo,
    repostOf,
    quoteOf,
    client: clientName(post.source),
    ...(isWithheld(parts.post.wire) && { withheld: true }),
    chat: null,
  };
}

function authorOf({ post, author }: PostParts, owner: Owner): AuthorRef | string {
  if (author !== null) {
    const { id, username, name, profile_image_url } = author.value;
    return {
      platformId: id,
      handle: username,
      displayName: name ? unescapeHtml(name) : null,
      avatarUrl: profile_image_url ?? null,
    };
  }
  const { authorId } = post.value;
  const { account } = owner;
  const isAccounts = authorId === null ? owner.writesUnsigned : authorId === account?.platformId;
  if (account === null || !isAccounts) {
    return authorId === null ? 'it names no author' : `the answer does not include its author ${authorId}`;
  }
  const { platformId, handle, displayName, avatarUrl } = account;
  return { platformId, handle, displayName, avatarUrl };
}

function isAccount({ platformId, handle }: AuthorRef, account: AccountProfile): boolean {
  return account.platformId === null
    ? handle.toLowerCase() === account.handle.toLowerCase()
    : platformId === account.platformId;
}

/** When the original is gone, the handle is taken from the text; null when the text has none. */
function repostOfPost({ post, originalAuthor }: PostParts): NormalisedPost['repostOf'] {
  const handle = originalAuthor?.value.username ?? repostedHandle(post.value.text);
  return handle === null ? null : { handle, postId: post.value.repostedId };
}

/** A reply to a deleted post names only the user. */
function replyToOf({ post, answered }: PostParts, account: AccountProfile | null): NormalisedPost['replyTo'] {
  const { answeredId, answeredUserId, entities } = post.value;
  if (answeredId === null && answeredUserId === null) return null;
  const isOwner = answeredUserId !== null && answeredUserId === account?.platformId;
  const mention = entities?.mentions?.find(({ id }) => id !== null && id === answeredUserId);
  const handle = answered?.value.username ?? (isOwner ? account.handle : (mention?.username ?? null));
  return { postId: answeredId, authorId: answeredUserId, handle };
}

/** `text` is cut for a long post; the note has all of it, with its own links. */
function textOf({ text, note, entities }: ApiPost): string {
  const links = (entities?.urls ?? []).map(linkOf);
  if (note === null) return resolveText(text, links);
  const ofNote = (note.entities?.urls ?? []).map(linkOf);
  return resolveText(note.text, [...ofNote, ...links.map((link) => ({ ...link, start: null }))]);
}

/** X cuts the text of a repost. It is rebuilt from the original when the answer has it. */
function repostText({ post, original }: PostParts, handle: string): string {
  return original === null ? textOf(post.value) : `RT @${handle}: ${textOf(original.value)}`;
}

type ApiUrl = NonNullable<ApiEntities['urls']>[number];

function linkOf(url: ApiUrl): Link {
  const replacement = isOwnMedia(url) ? null : (url.expanded_url ?? url.url);
  return { shown: url.url, start: url.start ?? null, replacement };
}

/** A link to the post's own media is shown as pic.twitter.com; a link to other media is an ordinary link. */
function isOwnMedia({ media_key, display_url }: ApiUrl): boolean {
  return Boolean(media_key) || /^pic\.(?:twitter|x)\.com\//.test(display_url ?? '');
}

/** Null when the API sends none, since it leaves out empty lists. */
function entitiesOf({ note, entities }: ApiPost): Entities | null {
  const listed = note === null ? entities : (note.entities ?? null);
  if (listed === null) return null;
  return {
    hashtags: (listed.hashtags ?? []).map(({ tag }) => tag),
    mentions: (listed.mentions ?? []).map(({ username }) => username),
    cashtags: (listed.cashtags ?? []).map(({ tag }) => tag),
    urls: (listed.urls ?? []).filter((url) => !isOwnMedia(url)).map((url) => url.expanded_url ?? url.url),
  };
}

/** A repost has only those entities that are in its cut text; the original has all. */
function repostEntities({ post, original }: PostParts, handle: string): Entities | null {
  if (original === null) return entitiesOf(post.value);
  const entities = entitiesOf(original.value);
  return entities === null ? null : { ...entities, mentions: [handle, ...entities.mentions] };
}

function mediaOf({ type, url, preview_image_url, alt_text, variants }: ApiMedia): readonly Media[] {
  const kind = type === 'video' ? 'VIDEO' : type === 'animated_gif' ? 'GIF' : 'PHOTO';
  const still = preview_image_url ?? url ?? null;
  const video = kind === 'PHOTO' ? null : bestVideo(variants ?? []);
  const shown = video ?? (kind === 'PHOTO' ? (url ?? still) : still);
  if (shown === null) return [];
  const alt = alt_text ? unescapeHtml(alt_text) : null;
  return [{ kind, url: shown, previewUrl: video === null ? null : still, alt }];
}

/** Returns the mp4 with the highest bit rate; GIFs have 0 or none. */
function bestVideo(variants: NonNullable<ApiMedia['variants']>): string | null {
  let best: { readonly url: string; readonly bitRate: number } | null = null;
  for (const { url, bit_rate, content_type } of variants) {
    const bitRate = bit_rate ?? 0;
    if (content_type === 'video/mp4' && (best === null || bitRate > best.bitRate)) best = { url, bitRate };
  }
  return best?.url ?? null;
}
