/** Whether X answers in the format of February 2024 (users with `legacy`) or of August 2026 (without). */
export type XWebShape = '2024' | '2026';

/** An account of the fake. */
export type FakeUser = {
  readonly id: string;
  readonly handle: string;
  readonly name?: string;
  readonly description?: string;
  readonly suspended?: boolean;
  readonly protected?: boolean;
  readonly followers?: number;
  readonly following?: number;
  /** Default: the number of its posts in the fake. */
  readonly reportedPosts?: number;
  readonly pinned?: string;
  readonly joinedAt?: number;
};

/** A post of the fake. Figures default to 0, views are missing. */
export type FakePost = {
  readonly id: string;
  readonly userId: string;
  /** The unescaped text; over 280 characters it becomes a note. */
  readonly text: string;
  /** Ms since 1970; default: from the id. */
  readonly at?: number;
  readonly lang?: string;
  readonly likes?: number;
  readonly reposts?: number;
  readonly replies?: number;
  readonly quotes?: number;
  readonly bookmarks?: number;
  readonly views?: number;
  readonly hashtags?: readonly string[];
  readonly urls?: readonly { readonly url: string; readonly expanded: string }[];
  readonly photos?: readonly { readonly url: string; readonly image: string }[];
  readonly replyTo?: string;
  readonly repostOf?: string;
  readonly quoteOf?: string;
  /** Ids of earlier versions. */
  readonly editOf?: readonly string[];
  /** Wrapped in a TweetWithVisibilityResults. */
  readonly limited?: boolean;
  /** Only a tombstone is shown. */
  readonly tombstone?: boolean;
  readonly client?: string;
  /** Overrides for `legacy`, also to break it. */
  readonly legacy?: Readonly<Record<string, unknown>>;
};

/** The source of all objects. */
export type FakeWorld = {
  readonly shape: XWebShape;
  readonly users: readonly FakeUser[];
  readonly posts: readonly FakePost[];
};

/** The post's time in the fake, to the second. */
export function postedAt(post: FakePost): number {
  const at = post.at ?? Number(BigInt(post.id) >> 22n) + 1_288_834_974_657;
  return Math.floor(at / 1_000) * 1_000;
}

/** The user object in a format. */
export function userObject(world: FakeWorld, user: FakeUser): object {
  const legacy = {
    description: escaped(user.description ?? ''),
    entities: { description: { urls: [] } },
    favourites_count: 3,
    followers_count: user.followers ?? 10,
    friends_count: user.following ?? 5,
    listed_count: 1,
    media_count: 0,
    pinned_tweet_ids_str: user.pinned === undefined ? [] : [user.pinned],
    statuses_count: user.reportedPosts ?? world.posts.filter((post) => post.userId === user.id).length,
    verified: false,
    ...(user.protected ? { protected: true } : {}),
  };
  const core = {
    created_at: xDate(user.joinedAt ?? Date.UTC(2013, 11, 14)),
    name: escaped(user.name ?? user.handle),
    screen_name: user.handle,
  };
  const image = `https://pbs.twimg.com/profile_images/${user.id}/a_normal.jpg`;
  const common = {
    __typename: 'User',
    id: btoa(`User:${user.id}`),
    rest_id: user.id,
    is_blue_verified: true,
  };
  if (world.shape === '2024') {
    return { ...common, legacy: { ...legacy, ...core, profile_image_url_https: image } };
  }
  return {
    ...common,
    core,
    avatar: { image_url: image },
    relationship_counts: { followers: legacy.followers_count, following: legacy.friends_count },
    tweet_counts: { media_tweets: 0, tweets: legacy.statuses_count },
    action_counts: { favorites_count: 3 },
    profile_bio: { description: legacy.description, entities: legacy.entities },
    pinned_items: { tweet_ids_str: legacy.pinned_tweet_ids_str },
    privacy: { protected: user.protected === true },
    verification: { verified: false },
  };
}

/** The result object of a post: wrapped when limited, a tombstone when hidden. */
export function resultObject(world: FakeWorld, post: FakePost): object {
  if (post.tombstone) {
    return { __typename: 'TweetTombstone', tombstone: { text: { text: 'This Post is unavailable.' } } };
  }
  const tweet = { __typename: 'Tweet', ...tweetObject(world, post) };
  if (!post.limited) return tweet;
  const { __typename, ...inner } = tweet;
  return { __typename: 'TweetWithVisibilityResults', tweet: inner, limitedActionResults: {} };
}

function tweetObject(world: FakeWorld, post: FakePost): object {
  const source = `<a href="https://example.org" rel="nofollow">${escaped(post.client ?? 'X Web App')}</a>`;
  const quoted = world.posts.find(({ id }) => id === post.quoteOf);
  const original = world.posts.find(({ id }) => id === post.repostOf);
  return {
    rest_id: post.id,
    core: { user_results: { result: userObject(world, userOf(world, post)) } },
    edit_control: editControl(world.shape, post),
    source,
    views:
      post.views === undefined
        ? { state: 'Enabled' }
        : { count: String(post.views), state: 'EnabledWithCount' },
    ...(quoted ? { quoted_status_result: { result: resultObject(world, quoted) } } : {}),
    ...(original === undefined && [...post.text].length > 280 ? { note_tweet: noteObject(post) } : {}),
    legacy: { ...(original ? repostLegacy(world, post, original) : postLegacy(world, post)), ...post.legacy },
  };
}

function postLegacy(world: FakeWorld, post: FakePost): object {
  const replied = world.posts.find(({ id }) => id === post.replyTo);
  const media = (post.photos ?? []).map((photo) => ({
    type: 'photo',
    id_str: '1',
    url: photo.url,
    media_url_https: photo.image,
    indices: place(shortText(post), photo.url),
  }));
  return {
    ...figures(post),
    id_str: post.id,
    user_id_str: post.userId,
    conversation_id_str: rootOf(world, post).id,
    created_at: xDate(postedAt(post)),
    full_text: shortText(post),
    lang: post.lang ?? 'en',
    entities: {
      ...entities(post, shortText(post)),
      ...(media.length > 0 ? { media: media.slice(0, 1) } : {}),
    },
    ...(media.length > 0 ? { extended_entities: { media } } : {}),
    is_quote_status: post.quoteOf !== undefined,
    ...(post.quoteOf === undefined ? {} : { quoted_status_id_str: post.quoteOf }),
    ...(post.replyTo === undefined
      ? {}
      : {
          in_reply_to_status_id_str: post.replyTo,
          ...(replied
            ? {
                in_reply_to_user_id_str: replied.userId,
                in_reply_to_screen_name: userOf(world, replied).handle,
              }
            : {}),
        }),
  };
}

/** X gives a repost its original's count of reposts and a text cut at 140. */
function repostLegacy(world: FakeWorld, post: FakePost, original: FakePost): object {
  const { handle } = userOf(world, original);
  const whole = `RT @${handle}: ${escaped(original.text)}`;
  return {
    ...figures({ ...post, likes: 0, replies: 0, quotes: 0, reposts: original.reposts ?? 0 }),
    id_str: post.id,
    user_id_str: post.userId,
    conversation_id_str: post.id,
    created_at: xDate(postedAt(post)),
    full_text: [...whole].length > 140 ? `${[...whole].slice(0, 139).join('')}…` : whole,
    lang: original.lang ?? 'en',
    is_quote_status: original.quoteOf !== undefined,
    entities: {
      hashtags: [],
      symbols: [],
      urls: [],
      user_mentions: [{ id_str: original.userId, screen_name: handle }],
    },
    retweeted_status_result: { result: resultObject(world, original) },
  };
}

function figures(post: FakePost): object {
  return {
    favorite_count: post.likes ?? 0,
    retweet_count: post.reposts ?? 0,
    reply_count: post.replies ?? 0,
    quote_count: post.quotes ?? 0,
    bookmark_count: post.bookmarks ?? 0,
  };
}

/** A note is not escaped, and positions of links count its own characters. */
function noteObject(post: FakePost): object {
  const set = entities(post, post.text);
  return {
    is_expandable: true,
    note_tweet_results: { result: { id: btoa(post.id), text: post.text, entity_set: set } },
  };
}

function shortText(post: FakePost): string {
  const characters = [...post.text];
  return escaped(characters.length > 280 ? `${characters.slice(0, 276).join('')}…` : post.text);
}

function entities(post: FakePost, text: string): object {
  return {
    hashtags: (post.hashtags ?? []).map((tag) => ({ text: tag, indices: place(text, `#${tag}`) })),
    symbols: [],
    urls: (post.urls ?? []).map(({ url, expanded }) => ({
      url,
      expanded_url: expanded,
      display_url: expanded.slice(8, 20),
      indices: place(text, url),
    })),
    user_mentions: [...post.text.matchAll(/@(\w{1,20})/g)].map(([mention, screen_name]) => ({
      screen_name,
      indices: place(text, mention),
    })),
  };
}

/** Positions count code points, as on X. */
function place(text: string, part: string): readonly number[] {
  const from = [...text.slice(0, Math.max(text.indexOf(part), 0))].length;
  return [from, from + [...part].length];
}

function editControl(shape: XWebShape, { id, editOf = [] }: FakePost): object {
  const control = { edit_tweet_ids: [...editOf, id], editable_until_msecs: '0', edits_remaining: '5' };
  if (editOf.length === 0 || shape === '2026') return control;
  return { initial_tweet_id: editOf[0], edit_control_initial: control };
}

/** The user who wrote a post. */
export function userOf(world: FakeWorld, post: FakePost): FakeUser {
  const user = world.users.find(({ id }) => id === post.userId);
  if (user === undefined) throw new Error(`the fake has no user ${post.userId}`);
  return user;
}

/** The first post of a conversation, as far as the fake has it. */
export function rootOf(world: FakeWorld, post: FakePost): FakePost {
  const parent = world.posts.find(({ id }) => id === post.replyTo);
  return parent === undefined ? post : rootOf(world, parent);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As in `Wed Oct 10 20:19:24 +0000 2018`. */
function xDate(at: number): string {
  const [day, date, month, year, time] = new Date(at).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} +0000 ${year}`;
}
