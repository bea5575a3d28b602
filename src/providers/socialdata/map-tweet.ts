import type { AuthorRef } from '../../shared/author-ref.ts';
import {
  type AccountProfile,
  type Entities,
  type NormalisedPost,
  unknownMetrics,
} from '../../shared/post.ts';
import { postProblem } from '../net/delivery-limits.ts';
import { isoLanguage } from '../../shared/x-language.ts';
import { entitiesOf, mediaLinks, urlLinks } from '../x/entities.ts';
import { isId, listOf, textOf, type Wire } from '../x/json.ts';
import { isWithheld } from '../x/withheld.ts';
import { kindOf } from '../x/kind.ts';
import { mediaOf } from '../x/media.ts';
import { clientName, resolveText, unescapeHtml } from '../x/text.ts';
import { type Content, type Tweet, tweetTime } from './wire.ts';

/** A tweet and the JSON text that it was read from. */
export type ServedTweet = { readonly tweet: Tweet; readonly raw: string };

/** Converts a tweet that was read at `observedAt`. */
export function mapTweet({ tweet, raw }: ServedTweet, own: boolean, observedAt: number): NormalisedPost {
  const original = tweet.retweeted_status ?? null;
  // X cuts a repost's own text and its entities at 140 characters.
  const whole = original ?? tweet;
  const media = mediaElementsOf(whole);
  const text = resolveText(whole.full_text, [...urlLinks(whole.entities ?? null), ...mediaLinks(media)]);
  const replyTo = original === null ? replyToOf(tweet) : null;
  const quoteOf = original === null ? quoteOfTweet(tweet) : null;
  const isQuote = quoteOf !== null || tweet.is_quote_status === true;
  return {
    platformId: tweet.id_str,
    author: authorOf(tweet.user),
    own,
    kind: kindOf(original !== null, replyTo !== null, isQuote),
    text: original === null ? text : `RT @${original.user.screen_name}: ${text}`,
    createdAt: tweetTime(tweet),
    language: isoLanguage(tweet.lang ?? original?.lang),
    metrics: original === null ? metricsOf(tweet) : unknownMetrics,
    observedAt,
    entities: original === null ? listedEntities(tweet) : repostEntities(original),
    media: mediaOf(media),
    replyTo,
    repostOf: original && { handle: original.user.screen_name, postId: original.id_str },
    quoteOf,
    client: clientName(tweet.source),
    ...(isWithheld(tweet) && { withheld: true }),
    chat: null,
    raw,
  };
}

/** Converts a tweet; returns a message instead when a part exceeds a limit. */
export function readPost(served: ServedTweet, own: boolean, observedAt: number): NormalisedPost | string {
  const post = mapTweet(served, own, observedAt);
  return postProblem(post) ?? post;
}

/** Whether the account wrote the tweet: by id, or by handle when the id is not known. With null, always true. */
export function isOwn(tweet: Tweet, account: AccountProfile | null): boolean {
  if (account === null) return true;
  if (account.platformId !== null) return tweet.user.id_str === account.platformId;
  return tweet.user.screen_name.toLowerCase() === account.handle.toLowerCase();
}

function authorOf(user: Tweet['user']): AuthorRef {
  const name = textOf(user.name);
  return {
    platformId: user.id_str,
    handle: user.screen_name,
    displayName: name === null ? null : unescapeHtml(name),
    avatarUrl: textOf(user.profile_image_url_https),
  };
}

/** For tweets that are not reposts: a repost carries the counts of the original. */
function metricsOf(tweet: Tweet): NormalisedPost['metrics'] {
  return {
    likes: tweet.favorite_count ?? null,
    reposts: tweet.retweet_count ?? null,
    replies: tweet.reply_count ?? null,
    quotes: tweet.quote_count ?? null,
    bookmarks: tweet.bookmark_count ?? null,
    impressions: tweet.views_count ?? null,
  };
}

function mediaElementsOf(content: Content): readonly Wire[] {
  const listed = listOf(content.entities?.media);
  const extended = listOf(content.extended_entities?.media);
  return extended.length > listed.length ? extended : listed;
}

const entityLists = ['hashtags', 'symbols', 'urls', 'user_mentions'] as const;

/** When at least one list is given, the missing ones are empty. Without any, the entities are unknown. */
function listedEntities(content: Content): Entities | null {
  const entities = content.entities ?? null;
  return entities !== null && entityLists.some((key) => entities[key]) ? entitiesOf(entities) : null;
}

/** Puts the author of the original first among the mentions, as X does for a repost. */
function repostEntities(original: Content): Entities | null {
  const entities = listedEntities(original);
  return entities && { ...entities, mentions: [original.user.screen_name, ...entities.mentions] };
}

function replyToOf(tweet: Tweet): NormalisedPost['replyTo'] {
  const postId = idOrNull(tweet.in_reply_to_status_id_str);
  const authorId = idOrNull(tweet.in_reply_to_user_id_str);
  const handle = textOf(tweet.in_reply_to_screen_name);
  if (postId === null && authorId === null && handle === null) return null;
  return { postId, authorId, handle };
}

function quoteOfTweet(tweet: Tweet): string | null {
  return idOrNull(tweet.quoted_status_id_str) ?? idOrNull(tweet.quoted_status?.id_str);
}

function idOrNull(value: string | null | undefined): string | null {
  return typeof value === 'string' && isId(value) ? value : null;
}
