import { z } from 'zod';
import { isXHandle } from '../../shared/handle.ts';
import { count } from '../x/count.ts';
import { parseDate } from '../x/dates.ts';
import { isId } from '../x/json.ts';
import { snowflakeTime } from '../x/snowflake.ts';

const id = z.string().refine(isId, 'expected a decimal id of at most 64 bits');
const text = z.string();

const entitiesSchema = z.object({
  hashtags: z.array(z.object({ tag: text })).nullish(),
  cashtags: z.array(z.object({ tag: text })).nullish(),
  mentions: z.array(z.object({ username: text, id: text.nullish() })).nullish(),
  urls: z
    .array(
      z.object({
        start: count.nullish(),
        url: text,
        expanded_url: text.nullish(),
        display_url: text.nullish(),
        media_key: text.nullish(),
      }),
    )
    .nullish(),
});
export type ApiEntities = z.infer<typeof entitiesSchema>;

const noteSchema = z.object({ text, entities: entitiesSchema.nullish() });
const referencesSchema = z.array(z.object({ type: text, id }));

const metricsSchema = z
  .object({
    like_count: count,
    reply_count: count,
    quote_count: count,
    retweet_count: count.nullish(),
    repost_count: count.nullish(),
    bookmark_count: count.nullish(),
    impression_count: count.nullish(),
  })
  .transform((metrics, context) => {
    const reposts = metrics.retweet_count ?? metrics.repost_count;
    if (typeof reposts !== 'number') {
      context.issues.push({
        code: 'custom',
        message: 'expected number',
        path: ['retweet_count'],
        input: metrics,
      });
      return z.NEVER;
    }
    return {
      likes: metrics.like_count,
      reposts,
      replies: metrics.reply_count,
      quotes: metrics.quote_count,
      bookmarks: metrics.bookmark_count ?? null,
      impressions: metrics.impression_count ?? null,
    };
  });

/** A post in either vocabulary. Few fields are required, since the API leaves out empty ones. */
export const postSchema = z
  .object({
    id,
    text,
    author_id: id.nullish(),
    created_at: text.nullish(),
    in_reply_to_user_id: id.nullish(),
    lang: text.nullish(),
    source: text.nullish(),
    public_metrics: metricsSchema.nullish(),
    referenced_tweets: referencesSchema.nullish(),
    referenced_posts: referencesSchema.nullish(),
    attachments: z.object({ media_keys: z.array(text).nullish() }).nullish(),
    edit_history_tweet_ids: z.array(id).nullish(),
    edit_history_post_ids: z.array(id).nullish(),
    note_tweet: noteSchema.nullish(),
    note_post: noteSchema.nullish(),
    entities: entitiesSchema.nullish(),
  })
  .transform((post, context) => {
    const createdAt = post.created_at ? parseDate(post.created_at) : snowflakeTime(post.id);
    if (createdAt === null) {
      context.issues.push({ code: 'custom', message: 'expected a date', path: ['created_at'], input: post });
      return z.NEVER;
    }
    const references = post.referenced_tweets ?? post.referenced_posts ?? [];
    const referenced = (...types: string[]) =>
      references.find(({ type }) => types.includes(type))?.id ?? null;
    return {
      id: post.id,
      text: post.text,
      createdAt,
      authorId: post.author_id ?? null,
      answeredUserId: post.in_reply_to_user_id ?? null,
      language: post.lang,
      source: post.source,
      metrics: post.public_metrics ?? null,
      answeredId: referenced('replied_to'),
      quotedId: referenced('quoted'),
      repostedId: referenced('retweeted', 'reposted'),
      mediaKeys: post.attachments?.media_keys ?? [],
      versions: post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? [],
      note: post.note_tweet ?? post.note_post ?? null,
      entities: post.entities ?? null,
    };
  });
export type ApiPost = z.infer<typeof postSchema>;

/** A user; only a profile request returns the figures. */
export const userSchema = z.object({
  id,
  username: z.string().refine(isXHandle, 'expected a handle'),
  name: text.nullish(),
  created_at: text.nullish(),
  description: text.nullish(),
  entities: z.object({ description: entitiesSchema.nullish() }).nullish(),
  profile_image_url: text.nullish(),
  protected: z.boolean().nullish(),
  verified: z.boolean().nullish(),
  verified_type: text.nullish(),
  public_metrics: z
    .object({
      followers_count: count,
      following_count: count,
      tweet_count: count.nullish(),
      post_count: count.nullish(),
    })
    .nullish(),
});
export type ApiUser = z.infer<typeof userSchema>;

export const mediaSchema = z.object({
  media_key: text,
  type: text,
  url: text.nullish(),
  preview_image_url: text.nullish(),
  alt_text: text.nullish(),
  variants: z.array(z.object({ bit_rate: count.nullish(), content_type: text, url: text })).nullish(),
});
export type ApiMedia = z.infer<typeof mediaSchema>;
