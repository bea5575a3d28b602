/** The two vocabularies that the API has used. */
export type Wording = 'tweet' | 'post';

/** An error about parameters, in the API's words. */
export class Refused extends Error {
  constructor(
    readonly parameters: Readonly<Record<string, readonly string[]>>,
    message: string,
  ) {
    super(message);
  }
}

const listed = (text: string) => new Set(text.split(' '));

const tweetFields = listed(
  'article attachments author_id card_uri community_id context_annotations conversation_id created_at ' +
    'display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang ' +
    'matched_media_notes media_metadata non_public_metrics note_request_suggestions note_tweet organic_metrics ' +
    'paid_partnership possibly_sensitive promoted_metrics public_metrics referenced_tweets reply_settings scopes ' +
    'source suggested_source_links suggested_source_links_with_counts text withheld',
);
const onlyTweet = ['author_id', 'edit_history_tweet_ids', 'in_reply_to_user_id', 'referenced_tweets'];

const allowed: Readonly<Record<string, ReadonlySet<string>>> = {
  'tweet.fields': tweetFields,
  'post.fields': new Set(
    [...tweetFields]
      .filter((field) => !onlyTweet.includes(field))
      .map((field) => field.replace('_tweet', '_post')),
  ),
  'user.fields': listed(
    'affiliation confirmed_email connection_status created_at description entities id is_identity_verified location ' +
      'most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics ' +
      'receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type ' +
      'withheld',
  ),
  'media.fields': listed(
    'alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics ' +
      'public_metrics type url variants width',
  ),
  exclude: listed('replies retweets'),
  sort_order: listed('recency relevancy'),
  granularity: listed('minute hour day'),
};
const expansions = {
  tweet: listed(
    'attachments.media_keys attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username ' +
      'geo.place_id in_reply_to_user_id referenced_tweets.id referenced_tweets.id.author_id ' +
      'referenced_tweets.id.attachments.media_keys',
  ),
  post: listed(
    'attachments.media_keys attachments.poll_ids author_id edit_history_post_ids entities.mentions.username ' +
      'geo.place_id in_reply_to_user_id referenced_posts',
  ),
};

const fields = ['tweet.fields', 'post.fields', 'user.fields', 'media.fields', 'expansions'];
const range = ['since_id', 'until_id', 'start_time', 'end_time'];
const paths: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^users\/\d+\/tweets$/, [...fields, ...range, 'max_results', 'pagination_token', 'exclude']],
  [
    /^tweets\/search\/recent$/,
    [...fields, ...range, 'query', 'max_results', 'next_token', 'pagination_token', 'sort_order'],
  ],
  [/^tweets\/counts\/recent$/, [...range, 'query', 'next_token', 'granularity']],
  [/^tweets$/, [...fields, 'ids']],
  [/^tweets\/\d+$/, fields],
  [/^users$/, [...fields, 'ids']],
  [/^users\/by$/, [...fields, 'usernames']],
  [/^users\/by\/username\/\w+$/, fields],
  [/^users\/\d+$/, fields],
];

/** The selected fields. */
export type Selection = {
  readonly wording: Wording;
  readonly post: ReadonlySet<string>;
  readonly user: ReadonlySet<string>;
  readonly media: ReadonlySet<string>;
  readonly expansions: ReadonlySet<string>;
};

/** Refuses a parameter that the path does not have, and an invalid value. */
export function checkParameters(path: string, query: URLSearchParams, wordings: readonly Wording[]): void {
  const known = paths.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  for (const [name, value] of query) {
    if (!known.includes(name)) throw unknown(name, value);
    if (name === 'tweet.fields' && !wordings.includes('tweet')) throw unknown(name, value);
    if (name === 'post.fields' && !wordings.includes('post')) throw unknown(name, value);
    const values = name === 'expansions' ? expansions[wordingOf(query, wordings)] : allowed[name];
    for (const one of value.split(',')) {
      if (values !== undefined && !values.has(one)) {
        throw new Refused(
          { [name]: [value] },
          `The \`${name}\` query parameter value [${one}] is not one of [${[...values].join(',')}]`,
        );
      }
      const isId = name === 'ids' || name === 'since_id' || name === 'until_id';
      if (isId && !/^\d{1,19}$/.test(one)) {
        throw new Refused(
          { [name]: [value] },
          `The \`${name}\` query parameter value [${one}] does not match ^[0-9]{1,19}$`,
        );
      }
    }
  }
}

function unknown(name: string, value: string): Refused {
  return new Refused(
    { [name]: [value] },
    `The query parameter [${name}] is not one of the expected parameters`,
  );
}

/** The parsed selection. Fields that were not requested are absent. */
export function selectionOf(query: URLSearchParams, wordings: readonly Wording[]): Selection {
  const wording = wordingOf(query, wordings);
  const list = (name: string) => (query.get(name) ?? '').split(',').filter((value) => value !== '');
  const expanded = new Set(list('expansions'));
  return {
    wording,
    post: new Set(
      wording === 'tweet'
        ? ['id', 'text', 'edit_history_tweet_ids', ...list('tweet.fields')]
        : ['id', 'text', ...list('post.fields'), ...expandedFields(expanded)],
    ),
    user: new Set(['id', 'name', 'username', ...list('user.fields')]),
    media: new Set(['media_key', 'type', ...list('media.fields')]),
    expansions: expanded,
  };
}

function expandedFields(expanded: ReadonlySet<string>): string[] {
  return ['author_id', 'in_reply_to_user_id', 'referenced_posts', 'edit_history_post_ids'].filter((field) =>
    expanded.has(field),
  );
}

function wordingOf(query: URLSearchParams, wordings: readonly Wording[]): Wording {
  if (query.has('post.fields')) return 'post';
  return query.has('tweet.fields') || wordings.includes('tweet') ? 'tweet' : 'post';
}

/** A whole number within bounds. */
export function boundedNumber(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | null {
  const value = query.get(name);
  if (value === null) return null;
  if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw new Refused(
    { [name]: [value] },
    `The \`${name}\` query parameter value [${value}] is not between ${least} and ${most}`,
  );
}
