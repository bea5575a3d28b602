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

/** What a result must have. The figures are among it: without them X would seem to have taken every like away. */
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

/** A post, or the path of what could not be read. */
type ReadPost = NormalisedPost | { readonly unreadable: string };

/** The tweet of a result that may be wrapped; null for what is shown in place of one (deleted, hidden). */
export function tweetOf(result: unknown): Wire | null {
  if (!isWire(result)) return null;
  if (result.__typename === 'TweetWithVisibilityResults') return isWire(result.tweet) ? result.tweet : null;
  if (result.__typename === 'TweetTombstone' || result.__typename === 'TweetUnavailable') return null;
  return Object.keys(result).length === 0 ? null : result;
}

/** The id of the user who wrote it, as far as the tweet tells. */
export function authorIdOf(tweet: Wire): string | null {
  return idOf(userOf(tweet), 'rest_id') ?? (isWire(tweet.legacy) ? idOf(tweet.legacy, 'user_id') : null);
}

/** The post of a result of any year; `account` null: every post is own. */
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
    // X writes the original's count of reposts, and 0 for the rest.
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

/** The versions of a tweet that was edited: X gives each edit a new id. Null of every other. */
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

/** The user object of whoever wrote the tweet; empty when there is none. */
export function userOf(tweet: Wire): Wire {
  const core = isWire(tweet.core) ? tweet.core : {};
  const results = isWire(core.user_results) ? core.user_results : {};
  return isWire(results.result) ? results.result : {};
}

function legacyOf(tweet: Wire): Wire {
  return isWire(tweet.legacy) ? tweet.legacy : {};
}

type Original = { readonly tweet: Wire; readonly author: AuthorRef; readonly id: string | null };

/** The post that a repost shows; null when it is none, the path of what is missing where that cannot be read. */
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
  // `entities` only has the first picture of several.
  const media = extended.length > 0 ? extended : listOf(entities?.media);
  const note = noteOf(tweet);
  const listed = note === null ? entities : note.entities;
  const links = [...urlLinks(listed), ...mediaLinks(media)];
  return {
    text:
      note === null
        ? resolveText(textOf(legacy.full_text) ?? '', links)
        : resolveText(
            // X escapes the short text only; links are looked for, since their places count other characters.
            note.text.replaceAll('&', '&amp;'),
            links.map((link) => ({ ...link, start: null })),
          ),
    language: isoLanguage(textOf(legacy.lang)),
    entities: entitiesOf(listed),
    media: mediaOf(media),
  };
}

/** A repost as X words it, but whole: X cuts the original at 140 characters. */
function repostContent(original: Content, handle: string): Content {
  const mentions = [handle, ...(original.entities?.mentions ?? [])];
  return {
    ...original,
    text: `RT @${handle}: ${original.text}`,
    entities: original.entities === null ? null : { ...original.entities, mentions: [...new Set(mentions)] },
  };
}

/** The whole of a post that is longer than 280 characters. */
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

/** A quoted post that is gone is only told of by `is_quote_status`. */
function quotedIdOf(tweet: Wire, legacy: Wire): string | null {
  const told = idOf(legacy, 'quoted_status_id');
  if (told !== null) return told;
  for (const key of ['quoted_status_result', 'quotedRefResult']) {
    const reference = tweet[key];
    const quoted = isWire(reference) ? tweetOf(reference.result) : null;
    if (quoted !== null) return idOf(quoted, 'rest_id');
  }
  return null;
}
