import type { AuthorRef } from '../../shared/author-ref.ts';
import {
  type AccountProfile,
  type Entities,
  type Metrics,
  type NormalisedPost,
  unknownMetrics,
} from '../../shared/post.ts';
import { isoLanguage } from '../../shared/x-language.ts';
import { entitiesOf, mediaLinks, texts, urlLinks } from '../x/entities.ts';
import { at, countOf, idOf, isId, listOf, textOf, type Wire, wireAt } from '../x/json.ts';
import { isWithheld } from '../x/withheld.ts';
import { kindOf } from '../x/kind.ts';
import { mediaOf } from '../x/media.ts';
import { clientName, type Link, linkedStatus, repostedHandle, resolveText } from '../x/text.ts';
import { noteText } from './notes.ts';
import type { TweetFacts } from './tweet-facts.ts';
import { isOfAnother, writerOf } from './writer.ts';

/** An archived tweet with what belongs to it. */
type ArchivedTweet = {
  readonly facts: TweetFacts;
  readonly tweet: Wire;
  /** The long post of which the tweet is the beginning. */
  readonly note: Wire | null;
  readonly raw: string | Buffer;
};

/**
 * Converts an archived tweet.
 *
 * An archive does not flag reposts, and has no quoted ids and no counts except likes and reposts, so much is derived
 * from the text. A repost has no metrics: archives write 0 there, or the count of the original. A tweet whose user
 * object names another account is a post of that account, not an own one.
 */
export function mapTweet(
  archived: ArchivedTweet,
  account: AccountProfile,
  author: AuthorRef,
): NormalisedPost {
  const { facts, tweet, note } = archived;
  const writer = isOfAnother(tweet, account.platformId) ? writerOf(tweet) : null;
  const entities = wireAt(tweet, 'entities');
  const mediaElements = mediaElementsOf(tweet, entities);
  const ownMedia = mediaLinks(mediaElements);
  const links = linksOf(entities, facts.id);
  const cutText = resolveText(facts.text, ownMedia.length === 0 ? links : [...links, ...ownMedia]);
  const text = note === null ? cutText : wholeText(note, ownMedia);
  const repostOf = repostOfTweet(tweet, facts.text, entities, mediaElements);
  const replyTo = repostOf === null ? replyToOf(tweet, entities, account) : null;
  const quoteOf =
    repostOf === null ? quoteOfTweet(tweet, facts.id, text === cutText ? [text] : [text, cutText]) : null;
  return {
    platformId: facts.id,
    author: writer ?? author,
    own: writer === null,
    kind: kindOf(repostOf !== null, replyTo !== null, quoteOf !== null),
    text,
    createdAt: facts.createdAt,
    hourUnknown: facts.hourUnknown,
    language: isoLanguage(textOf(at(tweet, 'lang'))),
    metrics: repostOf === null ? metricsOf(tweet) : unknownMetrics,
    observedAt: account.observedAt,
    entities: note === null ? entitiesBut(entities, facts.id) : noteEntities(note),
    media: mediaOf(mediaElements),
    replyTo,
    repostOf,
    quoteOf,
    client: clientName(at(tweet, 'source')),
    withheld: isWithheld(tweet),
    chat: null,
    raw: archived.raw,
  };
}

/** Written out because spreading `unknownMetrics` showed in the profile of an import. */
const metricsOf = (tweet: Wire): Metrics => ({
  likes: countOf(at(tweet, 'favorite_count')),
  reposts: countOf(at(tweet, 'retweet_count')),
  replies: null,
  quotes: null,
  bookmarks: null,
  impressions: null,
});

/** Returns the account as an author. */
export function authorOf(account: AccountProfile): AuthorRef {
  const { platformId, handle, displayName, avatarUrl } = account;
  return { platformId, handle, displayName, avatarUrl };
}

/** When the API cuts a text, it appends a link to the post itself, which the author did not write. */
const isLinkTo = (url: string | null, id: string) => url?.endsWith(`/status/${id}`) === true;

function linksOf(entities: Wire | null, id: string): readonly Link[] {
  const links = urlLinks(entities);
  if (!links.some((link) => isLinkTo(link.replacement, id))) return links;
  return links.map((link) =>
    isLinkTo(link.replacement, id) ? { shown: link.shown, start: link.start, replacement: null } : link,
  );
}

function entitiesBut(entities: Wire | null, id: string): Entities | null {
  const all = entitiesOf(entities);
  if (all === null || !all.urls.some((url) => isLinkTo(url, id))) return all;
  return { ...all, urls: all.urls.filter((url) => !isLinkTo(url, id)) };
}

/** `entities` has only the first of several pictures. */
function mediaElementsOf(tweet: Wire, entities: Wire | null): readonly Wire[] {
  const extended = listOf(at(wireAt(tweet, 'extended_entities'), 'media'));
  return extended.length > 0 ? extended : listOf(at(entities, 'media'));
}

/** A note has other names for its link fields. Its indices are ignored, since their unit is not documented. */
function wholeText(note: Wire, ownMedia: readonly Link[]): string {
  const links = listOf(at(coreOf(note), 'urls')).flatMap((url) => {
    const shown = textOf(at(url, 'shortUrl'));
    return shown === null
      ? []
      : [{ shown, start: null, replacement: textOf(at(url, 'expandedUrl')) ?? shown }];
  });
  return resolveText(noteText(note) ?? '', [...links, ...ownMedia.map((link) => ({ ...link, start: null }))]);
}

const coreOf = (note: Wire) => wireAt(note, 'core');

function repostOfTweet(
  tweet: Wire,
  text: string,
  entities: Wire | null,
  media: readonly Wire[],
): NormalisedPost['repostOf'] {
  const original = wireAt(tweet, 'retweeted_status');
  const written = repostedHandle(text);
  const handle = written ?? textOf(at(wireAt(original, 'user'), 'screen_name'));
  if (handle === null) return null;
  const postId = original === null ? mediaSource(handle, entities, media) : idOf(original, 'id');
  return { handle, postId };
}

/** Returns the post that the media come from, unless that post took them from a third account. */
function mediaSource(handle: string, entities: Wire | null, media: readonly Wire[]): string | null {
  const userId = mentionedId(handle, entities);
  for (const element of media) {
    const source = idOf(element, 'source_status_id');
    const sourceUser = idOf(element, 'source_user_id');
    if (source !== null && (userId === null || sourceUser === null || userId === sourceUser)) return source;
  }
  return null;
}

function mentionedId(handle: string, entities: Wire | null): string | null {
  const mention = listOf(at(entities, 'user_mentions')).find(
    (candidate) => textOf(at(candidate, 'screen_name'))?.toLowerCase() === handle.toLowerCase(),
  );
  return mention === undefined ? null : idOf(mention, 'id');
}

/** Old replies lack the handle, replies to deleted posts lack the post's id, and some replies have only the user. */
function replyToOf(tweet: Wire, entities: Wire | null, account: AccountProfile): NormalisedPost['replyTo'] {
  const postId = idOf(tweet, 'in_reply_to_status_id');
  const authorId = idOf(tweet, 'in_reply_to_user_id');
  const handle = textOf(at(tweet, 'in_reply_to_screen_name'));
  if (postId === null && authorId === null && handle === null) return null;
  return { postId, authorId, handle: handle ?? handleById(authorId, entities, account) };
}

function handleById(id: string | null, entities: Wire | null, account: AccountProfile): string | null {
  if (id === null) return null;
  if (id === account.platformId) return account.handle;
  const mention = listOf(at(entities, 'user_mentions')).find((candidate) => idOf(candidate, 'id') === id);
  return mention === undefined ? null : textOf(at(mention, 'screen_name'));
}

/** A quote is a link to a post at the very end of the text. Texts from the API also name the post. */
function quoteOfTweet(tweet: Wire, ownId: string, texts: readonly string[]): string | null {
  const listed = idOf(tweet, 'quoted_status_id');
  if (listed !== null) return listed;
  for (const text of texts) {
    const id = linkedStatus(lastWord(text));
    if (id !== null && isId(id) && id !== ownId) return id;
  }
  return null;
}

/** Scans from the end: a search for `\\S*$` restarts at each character, which is quadratic in a text without spaces. */
function lastWord(text: string): string {
  let start = text.length;
  while (start > 0 && !space.test(text[start - 1] as string)) start--; // safe: the index is within the text
  return text.slice(start);
}

const space = /\s/;

/** Null when some entry of the note is unreadable: its field names are known from few archives only. */
function noteEntities(note: Wire): Entities | null {
  const core = coreOf(note);
  const entities = {
    hashtags: texts(at(core, 'hashtags'), 'text'),
    mentions: texts(at(core, 'mentions'), 'screenName'),
    cashtags: texts(at(core, 'cashtags'), 'text'),
    urls: texts(at(core, 'urls'), 'expandedUrl'),
  };
  const listed = ['hashtags', 'mentions', 'cashtags', 'urls'].reduce(
    (sum, key) => sum + listOf(at(core, key)).length,
    0,
  );
  const read = Object.values(entities).reduce((sum, list) => sum + list.length, 0);
  return listed === read ? entities : null;
}
