import { z } from 'zod';
import { must } from '../../shared/errors.ts';
import { isXHandle } from '../../shared/handle.ts';
import { explain } from '../x/explain.ts';
import { cursorMax, pagePostsMax } from '../net/delivery-limits.ts';
import { count as anyCount } from '../x/count.ts';
import { parseDate } from '../x/dates.ts';
import { isId } from '../x/json.ts';

// Only the `_str` ids are read: the numeric ones are rounded, and absent from search results.
const id = z.string().refine(isId, 'expected a decimal 64-bit id');
const date = z.string().refine((text) => parseDate(text) !== null, 'expected a date');
const text = z.string().nullish();
const flag = z.boolean().nullish();
const count = anyCount.nullish();
const list = <T extends z.ZodType>(element: T) => z.array(element).nullish();

const userSchema = z.object({
  id_str: id,
  screen_name: z.string().refine(isXHandle, 'expected a handle'),
  name: text,
  profile_image_url_https: text,
});

/** A user as the profile endpoint returns it. */
export const profileSchema = userSchema.extend({
  description: text,
  protected: flag,
  verified: flag,
  created_at: date.nullish(),
  followers_count: count,
  friends_count: count,
  statuses_count: count,
});

const media = list(z.looseObject({ type: text, url: text, media_url_https: text }));

const contentSchema = z.object({
  id_str: id,
  full_text: z.string(),
  user: userSchema,
  lang: text,
  entities: z
    .looseObject({
      hashtags: list(z.looseObject({ text: z.string() })),
      symbols: list(z.looseObject({ text: z.string() })),
      urls: list(z.looseObject({ url: text, expanded_url: text })),
      user_mentions: list(z.looseObject({ screen_name: z.string() })),
      media,
    })
    .nullish(),
  extended_entities: z.looseObject({ media }).nullish(),
});
/** The text of a tweet and its author. */
export type Content = z.infer<typeof contentSchema>;

const tweetSchema = contentSchema.extend({
  tweet_created_at: date,
  source: text,
  is_pinned: flag,
  is_quote_status: flag,
  in_reply_to_status_id_str: text,
  in_reply_to_user_id_str: text,
  in_reply_to_screen_name: text,
  quoted_status_id_str: text,
  quoted_status: z.object({ id_str: text }).nullish(),
  retweeted_status: contentSchema.nullish(),
  favorite_count: count,
  retweet_count: count,
  reply_count: count,
  quote_count: count,
  bookmark_count: count,
  views_count: count,
  withheld_in_countries: z.unknown().optional(),
  withheld_copyright: z.unknown().optional(),
  withheld_scope: z.unknown().optional(),
});
export type Tweet = z.infer<typeof tweetSchema>;

/** A page of a list; its tweets are parsed one by one. */
export const pageSchema = z.object({
  next_cursor: z.string().max(cursorMax).nullish(),
  tweets: z.array(z.unknown()).max(pagePostsMax),
});

/** The body of an error, which at times comes with a success status. */
export const errorSchema = z.object({ status: z.literal('error'), message: text });

/**
 * Parses a tweet; returns a message instead when it is not one: the path of the field, which begins with `path`, and
 * what was expected there.
 */
export function readTweet(json: unknown, path: readonly PropertyKey[]): Tweet | string {
  const parsed = tweetSchema.safeParse(json);
  return parsed.success ? parsed.data : explain(parsed.error, path);
}

/** When a tweet was made, in milliseconds since 1970. */
export function tweetTime(tweet: Tweet): number {
  return must(parseDate(tweet.tweet_created_at), 'the schema takes dates only');
}
