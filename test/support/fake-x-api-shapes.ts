import type { Selection } from './fake-x-api-rules.ts';
import { type XMedia, type XPost, type XUser, xTimeOf } from './fake-x-world.ts';

/** Everything that the fake serves, by id. */
export type XWorld = {
  readonly users: ReadonlyMap<string, XUser>;
  readonly posts: ReadonlyMap<string, XPost>;
};

type Shape = Record<string, unknown>;

const renamed: readonly (readonly [string, string])[] = [
  ['edit_history_tweet_ids', 'edit_history_post_ids'],
  ['referenced_tweets', 'referenced_posts'],
  ['note_tweet', 'note_post'],
];

/** A post in the API's form: the requested fields, under the names of its vocabulary. */
export function shapePost(world: XWorld, post: XPost, selection: Selection): Shape {
  const whole = wholePost(world, post);
  const { wording } = selection;
  if (wording === 'post') {
    for (const [old, name] of renamed) {
      if (old in whole) whole[name] = whole[old];
    }
    const { retweet_count, ...metrics } = whole.public_metrics as Shape;
    whole.public_metrics = { repost_count: retweet_count, ...metrics };
  }
  return pick(whole, selection.post);
}

function wholePost(world: XWorld, post: XPost): Shape {
  const original = post.repostOf === undefined ? undefined : world.posts.get(post.repostOf);
  const { text, note } = textsOf(world, post, original);
  const references = [
    ...(post.replyTo ? [{ type: 'replied_to', id: post.replyTo.postId }] : []),
    ...(post.quoteOf ? [{ type: 'quoted', id: post.quoteOf }] : []),
    ...(post.repostOf ? [{ type: 'retweeted', id: post.repostOf }] : []),
  ];
  const source = original ?? post;
  const entities = entitiesOf(world, text, source);
  const mediaKeys = (post.media ?? []).map(({ key }) => key);
  return {
    id: post.id,
    text,
    author_id: post.authorId,
    created_at: new Date(xTimeOf(post.id)).toISOString(),
    conversation_id: post.conversationId ?? post.id,
    edit_history_tweet_ids: [...(post.versions ?? []), post.id],
    lang: post.lang ?? 'en',
    source: post.source ?? 'Twitter Web App',
    possibly_sensitive: false,
    public_metrics: metricsOf(post, original),
    ...(post.replyTo ? { in_reply_to_user_id: post.replyTo.authorId } : {}),
    ...(references.length > 0 ? { referenced_tweets: references } : {}),
    ...(mediaKeys.length > 0 ? { attachments: { media_keys: mediaKeys } } : {}),
    ...(entities ? { entities } : {}),
    ...(note ? { note_tweet: { text: note, entities: entitiesOf(world, note, source) ?? {} } } : {}),
  };
}

/** X cuts the text of reposts at 140 characters, and of long posts at 280; long posts have a note. */
function textsOf(world: XWorld, post: XPost, original: XPost | undefined) {
  if (post.repostOf !== undefined && original !== undefined) {
    const handle = world.users.get(original.authorId)?.handle;
    return { text: cut(`RT @${handle}: ${original.text}`, 140), note: null };
  }
  return { text: cut(post.text, 280), note: [...post.text].length > 280 ? post.text : null };
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** A repost has the original's count of reposts; all its other counts are 0. */
function metricsOf(post: XPost, original: XPost | undefined): Shape {
  const { likes, reposts, replies, quotes, bookmarks, impressions } = original ? {} : (post.metrics ?? {});
  return {
    retweet_count: (original ? original.metrics?.reposts : reposts) ?? 0,
    reply_count: replies ?? 0,
    like_count: likes ?? 0,
    quote_count: quotes ?? 0,
    bookmark_count: bookmarks ?? 0,
    impression_count: impressions ?? 0,
  };
}

/** Positions in the escaped text, in code points; absent when there are none. */
function entitiesOf(world: XWorld, text: string, post: XPost): Shape | null {
  const at = (match: RegExpMatchArray | { index: number; length: number }, length: number) => {
    const start = [...text.slice(0, match.index)].length;
    return { start, end: start + length };
  };
  const find = (pattern: RegExp, toEntity: (word: string) => Shape) =>
    [...text.matchAll(pattern)].map((match) => ({
      ...at(match, [...match[0]].length),
      ...toEntity(match[1] ?? ''),
    }));
  const user = (handle: string) => [...world.users.values()].find((one) => one.handle === handle);
  const links = [
    ...(post.links ?? []).map(({ url, expanded, display }) => ({
      url,
      expanded_url: expanded,
      display_url: display ?? expanded.replace(/^https?:\/\/(www\.)?/, '').slice(0, 26),
    })),
    ...(post.media ?? []).map(({ link, key }) => ({
      url: link,
      expanded_url: `https://twitter.com/i/status/${post.id}/photo/1`,
      display_url: link.replace('https://t.co/', 'pic.twitter.com/'),
      media_key: key,
    })),
  ];
  const entities = {
    hashtags: find(/#([\p{L}\p{N}_]+)/gu, (tag) => ({ tag })),
    cashtags: find(/\$([A-Z]{1,6})\b/g, (tag) => ({ tag })),
    mentions: find(/@(\w{1,20})/g, (username) => ({
      username,
      ...(user(username) ? { id: user(username)?.id } : {}),
    })),
    urls: links.flatMap((link) => {
      const index = text.indexOf(link.url);
      return index === -1 ? [] : [{ ...at({ index, length: 0 }, link.url.length), ...link }];
    }),
  };
  const listed = Object.entries(entities).filter(([, list]) => list.length > 0);
  return listed.length === 0 ? null : Object.fromEntries(listed);
}

/** A user as the API shows it. */
export function shapeUser(world: XWorld, user: XUser, selection: Selection): Shape {
  const posts = [...world.posts.values()].filter(({ authorId }) => authorId === user.id).length;
  const whole = {
    id: user.id,
    name: user.name ?? user.handle,
    username: user.handle,
    created_at: new Date(user.joinedAt ?? Date.UTC(2015, 0, 1)).toISOString(),
    description: user.description ?? '',
    protected: user.state === 'protected',
    verified: user.verified ?? false,
    verified_type: user.verified ? 'blue' : 'none',
    profile_image_url: user.avatarUrl ?? 'https://pbs.twimg.com/profile_images/1/a_normal.jpg',
    public_metrics: {
      followers_count: user.followers ?? 0,
      following_count: user.following ?? 0,
      [selection.wording === 'tweet' ? 'tweet_count' : 'post_count']: user.reportedPosts ?? posts,
      listed_count: 0,
    },
  };
  return pick(whole, selection.user);
}

function shapeMedia(media: XMedia, selection: Selection): Shape {
  const whole = {
    media_key: media.key,
    type: media.type,
    ...(media.type === 'photo' ? { url: media.url } : { preview_image_url: media.previewUrl ?? media.url }),
    ...(media.alt ? { alt_text: media.alt } : {}),
    ...(media.variants
      ? {
          variants: media.variants.map(({ url, type, bitRate }) => ({
            ...(bitRate === undefined ? {} : { bit_rate: bitRate }),
            content_type: type,
            url,
          })),
        }
      : {}),
  };
  return pick(whole, selection.media);
}

function pick(whole: Shape, wanted: ReadonlySet<string>): Shape {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => wanted.has(key)));
}

/** A list of posts with the objects of its expansions, each once, and the errors of missing ones. */
export function shapePosts(world: XWorld, posts: readonly XPost[], selection: Selection) {
  const { expansions, wording } = selection;
  const users = new Map<string, Shape>();
  const media = new Map<string, Shape>();
  const along = new Map<string, Shape>();
  const errors: Shape[] = [];
  const referencesName = wording === 'tweet' ? 'referenced_tweets.id' : 'referenced_posts';
  const addUser = (id: string | undefined) => {
    const user = id === undefined ? undefined : world.users.get(id);
    if (user !== undefined && user.state !== 'suspended')
      users.set(user.id, shapeUser(world, user, selection));
  };
  const addMedia = (post: XPost) => {
    for (const one of post.media ?? []) media.set(one.key, shapeMedia(one, selection));
  };
  for (const post of posts) {
    if (expansions.has('author_id')) addUser(post.authorId);
    if (expansions.has('in_reply_to_user_id')) addUser(post.replyTo?.authorId);
    if (expansions.has('attachments.media_keys')) addMedia(post);
    if (!expansions.has(referencesName)) continue;
    for (const id of [post.replyTo?.postId, post.quoteOf, post.repostOf]) {
      if (id === undefined) continue;
      const referenced = world.posts.get(id);
      const problem = postProblem(world, id, referencesName);
      if (referenced === undefined || problem !== null) {
        if (problem !== null) errors.push(problem);
        continue;
      }
      along.set(id, shapePost(world, referenced, selection));
      if (expansions.has('referenced_tweets.id.author_id')) addUser(referenced.authorId);
      if (expansions.has('referenced_tweets.id.attachments.media_keys')) addMedia(referenced);
    }
  }
  const includes = {
    ...(users.size > 0 ? { users: [...users.values()] } : {}),
    ...(along.size > 0 ? { [wording === 'tweet' ? 'tweets' : 'posts']: [...along.values()] } : {}),
    ...(media.size > 0 ? { media: [...media.values()] } : {}),
  };
  return {
    ...(posts.length > 0 ? { data: posts.map((post) => shapePost(world, post, selection)) } : {}),
    ...(Object.keys(includes).length > 0 ? { includes } : {}),
    errors,
  };
}

const problems = 'https://api.twitter.com/2/problems';

/** Why a post cannot be shown; null when it can. */
export function postProblem(world: XWorld, id: string, parameter: string): Shape | null {
  const post = world.posts.get(id);
  const author = post === undefined ? undefined : world.users.get(post.authorId);
  const common = { value: id, resource_id: id, resource_type: 'tweet', parameter };
  if (post?.gone === 'hidden' || author?.state === 'protected') {
    return {
      ...common,
      title: 'Authorization Error',
      section: parameter === 'ids' ? 'data' : 'includes',
      detail: `Sorry, you are not authorized to see the Tweet with ${parameter}: [${id}].`,
      type: `${problems}/not-authorized-for-resource`,
    };
  }
  if (post !== undefined && post.gone === undefined && author?.state !== 'suspended') return null;
  return {
    ...common,
    title: 'Not Found Error',
    detail: `Could not find tweet with ${parameter}: [${id}].`,
    type: `${problems}/resource-not-found`,
  };
}

/** Why an account cannot be shown; null when it can. Protected accounts show their profile, but no posts. */
export function userProblem(
  user: XUser | undefined,
  asked: { readonly value: string; readonly parameter: string; readonly forPosts: boolean },
): Shape | null {
  const { value, parameter } = asked;
  const common = { value, resource_id: value, resource_type: 'user', parameter };
  if (user === undefined) {
    return {
      ...common,
      title: 'Not Found Error',
      detail: `Could not find user with ${parameter}: [${value}].`,
      type: `${problems}/resource-not-found`,
    };
  }
  if (user.state === 'suspended') {
    return {
      ...common,
      title: 'Forbidden',
      detail: `User has been suspended: [${value}].`,
      type: `${problems}/resource-not-found`,
    };
  }
  if (user.state !== 'protected' || !asked.forPosts) return null;
  return {
    ...common,
    title: 'Authorization Error',
    section: 'data',
    detail: `Sorry, you are not authorized to see the user with ${parameter}: [${value}].`,
    type: `${problems}/not-authorized-for-resource`,
  };
}
