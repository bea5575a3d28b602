import type { Query } from './client.ts';

/**
 * The fields that a request for posts selects. In August 2026 the API's specification renamed tweets to posts; only a
 * request shows which of the two a server accepts.
 */
const selectors = {
  tweet: {
    'tweet.fields':
      'attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,' +
      'note_tweet,public_metrics,referenced_tweets,source,withheld',
    expansions:
      'author_id,in_reply_to_user_id,attachments.media_keys,referenced_tweets.id,referenced_tweets.id.author_id,' +
      'referenced_tweets.id.attachments.media_keys',
  },
  // In this vocabulary, authors, references and versions are not fields; expanding them returns their ids.
  post: {
    'post.fields':
      'attachments,conversation_id,created_at,entities,lang,note_post,public_metrics,source,withheld',
    expansions: 'author_id,in_reply_to_user_id,attachments.media_keys,referenced_posts,edit_history_post_ids',
  },
} as const;

export type Vocabulary = keyof typeof selectors;

/** The parameters that select the fields of posts, their authors and media. */
export function postSelector(vocabulary: Vocabulary): Query {
  return {
    ...selectors[vocabulary],
    'user.fields': 'name,profile_image_url,username',
    'media.fields': 'alt_text,preview_image_url,type,url,variants',
  };
}

/** Whether a refusal of these parameters may be about the vocabulary; one that names no parameters may be. */
export function mayBeVocabulary(parameters: readonly string[]): boolean {
  const named = ['tweet.fields', 'post.fields', 'expansions'];
  return parameters.length === 0 || parameters.some((parameter) => named.includes(parameter));
}

/** The fields that a request for a user selects. */
export const userSelector: Query = {
  'user.fields':
    'created_at,description,entities,name,profile_image_url,protected,public_metrics,username,verified,verified_type',
};
