import { z } from 'zod';
import type { AuthorRef } from '../../shared/author-ref.ts';
import {
  type AccountProfile,
  type Metrics,
  type NormalisedPost,
  unknownMetrics,
  type Versions,
} from '../../shared/post.ts';
import { isoLanguage } from '../../shared/x-language.ts';
import { postProblem } from '../net/delivery-limits.ts';
import { count } from '../x/count.ts';
import { parseDate } from '../x/dates.ts';
import { entitiesOf, mediaLinks, urlLinks } from '../x/entities.ts';
import { versionsOf } from '../x/edits.ts';
import { explain } from '../x/explain.ts';
import { idOf, isId, isWire, listOf, textOf, type Wire } from '../x/json.ts';
import { isWithheld } from '../x/withheld.ts';
import { kindOf } from '../x/kind.ts';
import { mediaOf } from '../x/media.ts';
import { clientName, resolveText } from '../x/text.ts';
import { readAuthor } from './user.ts';

/**
 * The required fields of a result. The figures are required, since without them X would seem to have removed all likes.
 */
const tweetSchema = z.object({
  rest_id: z.string().refine(isId, 'no id'),
  legacy: z.object({
    full_text: z.string(),
    created_at: z.string().transform((text, ctx) => {
      const instant = parseDate(text);
      if (instant !== null) return instant;
      ctx.addIssue('no date');
      return z.NEVER;
    }),
    favorite_count: count,
    retweet_count: count,
    reply_count: count,
    quote_count: count,
    bookmark_count: count.optional(),
  }),
  views: z
    .object({
      count: z
        .string()
        .regex(/^\d{1,10}$/)
        .optional(),
    })
    .optional(),
});

/** A post, or the path of what cannot be read. */
type ReadPost = NormalisedPost | { readonly unreadable: string };

/** Unwraps the tweet of a result; null for a placeholder of a deleted or hidden tweet. */
export function tweetOf(result: unknown): Wire | null {
  if (!isWire(result)) return null;
  if (result.__typename === 'TweetWithVisibilityResults') return isWire(result.tweet) ? result.tweet : null;
  if (result.__typename === 'TweetTombstone' || result.__typename === 'TweetUnavailable') return null;
  return Object.keys(result).length === 0 ? null : result;
}

/** Returns the author's id; null when the tweet does not have it. */
export function authorIdOf(tweet: Wire): string | null {
  return idOf(userOf(tweet), 'rest_id') ?? (isWire(tweet.legacy) ? idOf(tweet.legacy, 'user_id') : null);
}

/** Reads a result in the format of any year; with `account` null, every post is own. */
export function readPost(result: unknown, account: AccountProfile | null, observedAt: number): ReadPost {
  const tweet = tweetOf(result);
  if (tweet === null) return { unreadable: 'no tweet' };
  const checked = tweetSchema.safeParse(tweet);
  if (!checked.success) return { unreadable: explain(checked.error) };
  const author = readAuthor(userOf(tweet));
  if (typeof author === 'string') return { unreadable: `core.user_results.result.${author}` };
  const legacy = legacyOf(tweet);
  const original = originalOf(legacy);
  if (typeof original === 'string')
    return { unreadable: `legacy.retweeted_status_result.result.${original}` };
  const shown = contentOf(original?.tweet ?? tweet);
  const content = original === null ? shown : repostContent(shown, original.author.handle);
  const isQuote = original === null && legacy.is_quote_status === true;
  const replyTo = original === null ? replyToOf(legacy) : null;
  const post: NormalisedPost = {
    platformId: checked.data.rest_id,
    author,
    own: account === null || author.platformId === account.platformId,
    kind: kindOf(original !== null, replyTo !== null, isQuote),
    ...content,
    createdAt: checked.data.legacy.created_at,
    // For a repost, X sends the original's repost count and 0 for the other figures.
    metrics: original === null ? metricsOf(checked.data) : unknownMetrics,
    observedAt,
    replyTo,
    repostOf: original === null ? null : { handle: original.author.handle, postId: original.id },
    quoteOf: isQuote ? quotedIdOf(tweet, legacy) : null,
    client: clientName(tweet.source ?? legacy.source),
    ...(isWithheld(legacy) && { withheld: true }),
    chat: null,
    raw: JSON.stringify(result),
  };
  const problem = postProblem(post);
  return problem === null ? post : { unreadable: problem };
}

/** Returns the versions of an edited tweet, since X gives each edit a new id; null when it was never edited. */
export function editOf(result: unknown): Versions | null {
  const tweet = tweetOf(result);
  const control = isWire(tweet?.edit_control) ? tweet.edit_control : {};
  const initial = isWire(control.edit_control_initial) ? control.edit_control_initial : {};
  const ids = [control.edit_tweet_ids, initial.edit_tweet_ids, [control.initial_tweet_id]].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const own = tweet === null ? null : idOf(tweet, 'rest_id');
  return own === null ? null : versionsOf(own, ids);
}

/** Returns the user object of the author; empty when there is none. */
export function userOf(tweet: Wire): Wire {
  const core = isWire(tweet.core) ? tweet.core : {};
  const results = isWire(core.user_results) ? core.user_results : {};
  return isWire(results.result) ? results.result : {};
}

function legacyOf(tweet: Wire): Wire {
  return isWire(tweet.legacy) ? tweet.legacy : {};
}

type Original = { readonly tweet: Wire; readonly author: AuthorRef; readonly id: string | null };

/**
 * Returns the original of a repost; null when the tweet is not a repost, and the path of what is missing when it cannot
 * be read.
 */
function originalOf(legacy: Wire): Original | string | null {
  if (!isWire(legacy.retweeted_status_result)) return null;
  const tweet = tweetOf(legacy.retweeted_status_result.result);
  if (tweet === null) return 'missing';
  const author = readAuthor(userOf(tweet));
  if (typeof author === 'string') return `core.user_results.result.${author}`;
  return { tweet, author, id: idOf(tweet, 'rest_id') };
}

type Content = Pick<NormalisedPost, 'text' | 'language' | 'entities' | 'media'>;

function contentOf(tweet: Wire): Content {
  const legacy = legacyOf(tweet);
  const entities = isWire(legacy.entities) ? legacy.entities : null;
  const extended = isWire(legacy.extended_entities) ? listOf(legacy.extended_entities.media) : [];
  // `entities` has only the first of several pictures.
  const media = extended.length > 0 ? extended : listOf(entities?.media);
  const note = noteOf(tweet);
  const listed = note === null ? entities : note.entities;
  const links = [...urlLinks(listed), ...mediaLinks(media)];
  return {
    text:
      note === null
        ? resolveText(textOf(legacy.full_text) ?? '', links)
        : resolveText(
            // X escapes only the short text. The links are searched for, since their positions count other characters.
            note.text.replaceAll('&', '&amp;'),
            links.map((link) => ({ ...link, start: null })),
          ),
    language: isoLanguage(textOf(legacy.lang)),
    entities: entitiesOf(listed),
    media: mediaOf(media),
  };
}

/** Writes a repost as X does, but with the whole text: X cuts the original at 140 characters. */
function repostContent(original: Content, handle: string): Content {
  const mentions = [handle, ...(original.entities?.mentions ?? [])];
  return {
    ...original,
    text: `RT @${handle}: ${original.text}`,
    entities: original.entities === null ? null : { ...original.entities, mentions: [...new Set(mentions)] },
  };
}

/** Returns the full text of a post of more than 280 characters. */
function noteOf(tweet: Wire): { readonly text: string; readonly entities: Wire | null } | null {
  const note = isWire(tweet.note_tweet) ? tweet.note_tweet : {};
  const results = isWire(note.note_tweet_results) ? note.note_tweet_results : {};
  const result = isWire(results.result) ? results.result : {};
  const text = textOf(result.text);
  return text === null ? null : { text, entities: isWire(result.entity_set) ? result.entity_set : null };
}

function metricsOf({ legacy, views }: z.infer<typeof tweetSchema>): Metrics {
  return {
    likes: legacy.favorite_count,
    reposts: legacy.retweet_count,
    replies: legacy.reply_count,
    quotes: legacy.quote_count,
    bookmarks: legacy.bookmark_count ?? null,
    impressions: views?.count === undefined ? null : Number(views.count),
  };
}

function replyToOf(legacy: Wire): NormalisedPost['replyTo'] {
  const postId = idOf(legacy, 'in_reply_to_status_id');
  const authorId = idOf(legacy, 'in_reply_to_user_id');
  const handle = textOf(legacy.in_reply_to_screen_name);
  return postId === null && authorId === null && handle === null ? null : { postId, authorId, handle };
}

/** A deleted quoted post shows only in `is_quote_status`. */
function quotedIdOf(tweet: Wire, legacy: Wire): string | null {
  const listed = idOf(legacy, 'quoted_status_id');
  if (listed !== null) return listed;
  for (const key of ['quoted_status_result', 'quotedRefResult']) {
    const reference = tweet[key];
    const quoted = isWire(reference) ? tweetOf(reference.result) : null;
    if (quoted !== null) return idOf(quoted, 'rest_id');
  }
  return null;
}
