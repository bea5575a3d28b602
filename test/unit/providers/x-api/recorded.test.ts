import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPosts } from '../../../../src/providers/x-api/answer.ts';
import { accountFailure, refusal } from '../../../../src/providers/x-api/failures.ts';
import { deliver } from '../../../../src/providers/x-api/posts.ts';
import { readProfile } from '../../../../src/providers/x-api/profile.ts';
import { parseRaw } from '../../../../src/providers/x-api/raw.ts';
import type { AccountProfile, NormalisedPost } from '../../../../src/shared/post.ts';
import { realData } from '../../../support/real-data.ts';

const folder = realData('recorded answers of the X API');
const recorded = folder === null ? '' : join(folder, 'recorded/x-api-v2');
const observedAt = Date.UTC(2026, 10, 21);

// The recorded fields that this test reads.
type Url = {
  start: number;
  end: number;
  url: string;
  expanded_url: string;
  display_url: string;
  media_key?: string;
};
type Tweet = {
  id: string;
  text: string;
  author_id: string;
  created_at: string;
  lang: string;
  source: string;
  in_reply_to_user_id?: string;
  public_metrics: Record<'like_count' | 'retweet_count' | 'reply_count' | 'quote_count', number>;
  referenced_tweets?: { type: string; id: string }[];
  entities?: {
    hashtags?: { tag: string }[];
    cashtags?: { tag: string }[];
    mentions?: { username: string; id?: string }[];
    urls?: Url[];
  };
};
type User = {
  id: string;
  username: string;
  name: string;
  profile_image_url?: string;
  created_at: string;
  protected: boolean;
  public_metrics: Record<string, number>;
};
type Body = {
  data?: Tweet[];
  includes?: { users?: User[]; tweets?: Tweet[] };
  errors?: { resource_type: string; type: string; resource_id: string }[];
};

function load(name: string): Body & Record<string, unknown> {
  const bytes = readFileSync(join(recorded, name));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}

const files =
  folder === null
    ? []
    : readdirSync(join(recorded, 'academictwitteR')).map((name) => `academictwitteR/${name}`);
const lists = files.filter((name) => /_tweets|_mentions|search-all/.test(name) && load(name).data);

function accountOf(name: string, body: Body): AccountProfile | null {
  const id = /users_(\d+)_tweets/.exec(name)?.[1];
  if (id === undefined) return null;
  const user = body.includes?.users?.find((candidate) => candidate.id === id);
  return {
    platform: 'X',
    platformId: id,
    handle: user?.username ?? '',
    displayName: null,
    description: null,
    avatarUrl: null,
    verified: null,
    protected: null,
    joinedAt: null,
    followers: null,
    following: null,
    reportedPosts: null,
    observedAt,
  };
}

const readable = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const isPicture = (url: Url) => url.display_url.startsWith('pic.twitter.com/');

/** The text, read plainly: from one link to the next by their code points. */
function plainText({ text, entities }: Tweet): string {
  const characters = [...text];
  const links = [...(entities?.urls ?? [])].sort((a, b) => a.start - b.start);
  let plain = '';
  let at = 0;
  for (const link of links) {
    if (link.start < at) continue;
    expect(characters.slice(link.start, link.end).join('')).toBe(link.url);
    const before = readable(characters.slice(at, link.start).join(''));
    plain += isPicture(link) ? before.replace(/\s+$/, '') : before + link.expanded_url;
    at = link.end;
  }
  return (plain + readable(characters.slice(at).join(''))).trim();
}

function plainEntities(tweet: Tweet, first: readonly string[]) {
  const { hashtags = [], mentions = [], cashtags = [], urls = [] } = tweet.entities ?? {};
  if (tweet.entities === undefined) return null;
  return {
    hashtags: hashtags.map(({ tag }) => tag),
    mentions: [...first, ...mentions.map(({ username }) => username)],
    cashtags: cashtags.map(({ tag }) => tag),
    urls: urls.filter((url) => !isPicture(url)).map((url) => url.expanded_url),
  };
}

/** The expected post, from nothing but the JSON. */
function plainReading(tweet: Tweet, body: Body, ownerId: string | null): Omit<NormalisedPost, 'raw'> {
  const users = body.includes?.users ?? [];
  const user = (id: string | undefined) => users.find((candidate) => candidate.id === id);
  const referenced = (type: string) => tweet.referenced_tweets?.find((one) => one.type === type)?.id ?? null;
  const author = user(tweet.author_id);
  const repostedId = referenced('retweeted');
  const original = body.includes?.tweets?.find(({ id }) => id === repostedId);
  const originalAuthor = user(original?.author_id)?.username ?? '';
  const isReply = tweet.in_reply_to_user_id !== undefined || referenced('replied_to') !== null;
  const mention = tweet.entities?.mentions?.find(
    ({ id }) => id !== undefined && id === tweet.in_reply_to_user_id,
  );
  const metrics = tweet.public_metrics;
  const special = /^(und|q..|zxx|art)$/.test(tweet.lang);
  return {
    platformId: tweet.id,
    author: {
      platformId: tweet.author_id,
      handle: author?.username ?? '',
      displayName: readable(author?.name ?? ''),
      avatarUrl: author?.profile_image_url ?? null,
    },
    own: ownerId === null || tweet.author_id === ownerId,
    kind: original ? 'REPOST' : isReply ? 'REPLY' : referenced('quoted') ? 'QUOTE' : 'ORIGINAL',
    text: original ? `RT @${originalAuthor}: ${plainText(original)}` : plainText(tweet),
    createdAt: Date.parse(tweet.created_at),
    language: special ? null : tweet.lang === 'in' ? 'id' : tweet.lang === 'iw' ? 'he' : tweet.lang,
    metrics: {
      likes: original ? null : metrics.like_count,
      reposts: original ? null : metrics.retweet_count,
      replies: original ? null : metrics.reply_count,
      quotes: original ? null : metrics.quote_count,
      bookmarks: null,
      impressions: null,
    },
    observedAt,
    entities: original ? plainEntities(original, [originalAuthor]) : plainEntities(tweet, []),
    media: [],
    replyTo:
      original || !isReply
        ? null
        : {
            postId: referenced('replied_to'),
            authorId: tweet.in_reply_to_user_id ?? null,
            handle: user(tweet.in_reply_to_user_id)?.username ?? mention?.username ?? null,
          },
    repostOf: original ? { handle: originalAuthor, postId: repostedId } : null,
    quoteOf: original ? null : referenced('quoted'),
    client: readable(tweet.source),
    chat: null,
  };
}

describe.skipIf(folder === null)('recorded answers', () => {
  test('are there', () => {
    expect(lists.length).toBeGreaterThanOrEqual(11);
  });

  test.each(lists)('%s becomes what a plain reading gives', (name) => {
    const body = load(name);
    const account = accountOf(name, body);
    const owner = { account, writesUnsigned: account !== null };
    const { posts, rejected } = deliver(readPosts(body), { owner, observedAt, isWanted: () => true });
    expect(rejected).toEqual([]);
    const expected = (body.data ?? [])
      .map((tweet) => plainReading(tweet, body, account?.platformId ?? null))
      .sort((a, b) => (BigInt(a.platformId) < BigInt(b.platformId) ? 1 : -1));
    expect(posts.map(({ raw, ...post }) => post)).toEqual(expected);
    for (const post of posts) expect(parseRaw(String(post.raw), account)).toEqual(post);
  });

  test('show which of the referenced posts are deleted', () => {
    const body = load('academictwitteR/search-all-8870cd.json.gz');
    const deleted = body.errors
      ?.filter(({ resource_type, type }) => resource_type === 'tweet' && type.endsWith('/resource-not-found'))
      .map((error) => error.resource_id);
    expect(deleted).toHaveLength(5);
    const how = { owner: { account: null, writesUnsigned: false }, observedAt, isWanted: () => true };
    expect(deliver(readPosts(body), how).gone).toEqual(deleted);
  });

  test('without posts are empty pages', () => {
    for (const name of ['search-all-b749d4.json', 'users_17880989_mentions-d24b15.json']) {
      const answer = readPosts(load(`academictwitteR/${name}`));
      expect(answer).toMatchObject({ entries: [], page: { count: 0, nextToken: null } });
    }
  });

  test('of an unknown account are NOT_FOUND', () => {
    const answer = readPosts(load('academictwitteR/users_1405327120163872777_tweets-d24b15.json'));
    expect(accountFailure(answer.problems)).toMatchObject({ code: 'NOT_FOUND', remedy: 'NONE' });
  });

  test('of users become profiles', () => {
    const { data } = load('academictwitteR/users-25f017.json') as unknown as { data: User[] };
    expect(data).toHaveLength(3);
    for (const user of data) {
      expect(readProfile({ data: user }, observedAt)).toMatchObject({
        platformId: user.id,
        handle: user.username,
        displayName: user.name,
        avatarUrl: user.profile_image_url,
        joinedAt: Date.parse(user.created_at),
        protected: false,
        verified: false,
        followers: user.public_metrics.followers_count,
        following: user.public_metrics.following_count,
        reportedPosts: user.public_metrics.tweet_count,
      });
    }
  });

  test('of refusals are reported with what the API says', () => {
    const refused = (status: number, name: string) =>
      refusal({ status, body: load(`academictwitteR/${name}`), headers: {} }, observedAt);
    expect(refused(400, 'search-all-92adbd.json')).toMatchObject({
      parameters: ['start_time', 'end_time'],
      message: expect.stringContaining("'start_time' must be before 'end_time'"),
    });
    expect(refused(400, 'users-208538.json')).toMatchObject({ parameters: ['ids'] });
    expect(refused(401, 'search-all-90b063.json').message).toContain('X_BEARER_TOKEN');
  });

  test('with the default fields alone are read as far as they go', () => {
    const [page] = load('tweepy/test_client_get_users_tweets.json') as unknown as [
      { response: { body: Body } },
    ];
    const [user] = load('tweepy/test_client_get_user.json') as unknown as [{ response: { body: object } }];
    const account = readProfile({ ...user.response.body }, observedAt);
    expect(account).toMatchObject({
      platformId: '783214',
      handle: 'Twitter',
      followers: null,
      joinedAt: null,
    });
    const how = { owner: { account, writesUnsigned: true }, observedAt, isWanted: () => true };
    const { posts, rejected } = deliver(readPosts({ ...page.response.body }), how);
    expect(rejected).toEqual([]);
    expect(posts.map(({ platformId, text, own }) => ({ id: platformId, text, own }))).toEqual(
      page.response.body.data?.map(({ id, text }) => ({ id, text, own: true })),
    );
    expect(posts.map(({ createdAt }) => new Date(createdAt).toISOString().slice(0, 10))).toEqual([
      '2022-10-05',
      '2022-09-01',
    ]);
  });
});
