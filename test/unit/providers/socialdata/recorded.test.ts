import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSocialData } from '../../../../src/providers/socialdata/provider.ts';
import { parseRaw } from '../../../../src/providers/socialdata/raw.ts';
import { realData } from '../../../support/real-data.ts';

const data = realData('recorded answers of SocialData');
const folder = data === null ? null : join(data, 'recorded', 'socialdata');
const call = { signal: new AbortController().signal };
const observedAt = Date.UTC(2026, 10, 21);

/** A provider whose every request is answered with a recorded body. */
async function answeredWith<T>(
  file: string,
  status: number,
  ask: (provider: ReturnType<typeof createSocialData>, body: string) => Promise<T>,
): Promise<T> {
  const body = readFileSync(join(folder ?? '', file), 'utf8');
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  try {
    const baseUrl = `http://127.0.0.1:${port}/`;
    return await ask(createSocialData({ apiKey: 'k', baseUrl, now: () => observedAt }), body);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

// The fields of a recorded tweet that the plain reading below uses.
type Recorded = {
  readonly id_str: string;
  readonly full_text: string;
  readonly tweet_created_at: string;
  readonly in_reply_to_status_id_str: string;
  readonly in_reply_to_user_id_str: string;
  readonly in_reply_to_screen_name: string;
  readonly lang: string;
  readonly user: {
    readonly id_str: string;
    readonly screen_name: string;
    readonly name: string;
    readonly profile_image_url_https: string;
  };
  readonly entities: { readonly user_mentions: readonly { readonly screen_name: string }[] };
} & Readonly<
  Record<
    'favorite_count' | 'retweet_count' | 'reply_count' | 'quote_count' | 'bookmark_count' | 'views_count',
    number
  >
>;

describe.skipIf(folder === null || !existsSync(folder))('recorded answers', () => {
  test('of a search give the same posts as a plain reading', async () => {
    await answeredWith('search_200.json', 200, async (provider, body) => {
      const recorded: { next_cursor: string; tweets: Recorded[] } = JSON.parse(body);
      const reach = { sinceId: null, untilId: null, cursor: null, want: null };
      const page = await provider.page({ kind: 'search', query: 'from:elonmusk' }, reach, call);
      expect(page.rejected).toEqual([]);
      expect(page.posts.map(({ raw, ...post }) => ({ ...post, raw: JSON.parse(String(raw)) }))).toEqual(
        recorded.tweets.map((tweet) => ({
          platformId: tweet.id_str,
          author: {
            platformId: tweet.user.id_str,
            handle: tweet.user.screen_name,
            displayName: tweet.user.name,
            avatarUrl: tweet.user.profile_image_url_https,
          },
          own: true,
          kind: 'REPLY',
          text: tweet.full_text,
          createdAt: Date.parse(tweet.tweet_created_at),
          language: tweet.lang,
          metrics: {
            likes: tweet.favorite_count,
            reposts: tweet.retweet_count,
            replies: tweet.reply_count,
            quotes: tweet.quote_count,
            bookmarks: tweet.bookmark_count,
            impressions: tweet.views_count,
          },
          observedAt,
          entities: {
            hashtags: [],
            mentions: tweet.entities.user_mentions.map((mention) => mention.screen_name),
            cashtags: [],
            urls: [],
          },
          media: [],
          replyTo: {
            postId: tweet.in_reply_to_status_id_str,
            authorId: tweet.in_reply_to_user_id_str,
            handle: tweet.in_reply_to_screen_name,
          },
          repostOf: null,
          quoteOf: null,
          client: 'Twitter for iPhone',
          chat: null,
          raw: tweet,
        })),
      );
      expect(page.through).toBe(recorded.tweets.at(-1)?.id_str);
      expect(page.cursor).toContain(recorded.next_cursor);
      for (const post of page.posts) {
        expect(body).toContain(post.raw);
        expect({ ...parseRaw(String(post.raw), null), observedAt }).toEqual(post);
      }
    });
  });

  test('of a user give the profile', async () => {
    await answeredWith('user_200.json', 200, async (provider, body) => {
      const user = JSON.parse(body);
      const { account } = await provider.profile({ handle: 'elonmusk', platformId: null }, call);
      expect(account).toEqual({
        platform: 'X',
        platformId: user.id_str,
        handle: user.screen_name,
        displayName: user.name,
        description: null,
        avatarUrl: user.profile_image_url_https,
        verified: user.verified,
        protected: user.protected,
        joinedAt: Date.parse(user.created_at),
        followers: user.followers_count,
        following: user.friends_count,
        reportedPosts: user.statuses_count,
        observedAt,
      });
    });
  });

  test.each([
    ['user_402.json', 402, 'BUDGET_EXCEEDED', 'NEXT'],
    ['user_404.json', 404, 'NOT_FOUND', 'NONE'],
  ])('%s is a failure', async (file, status, code, remedy) => {
    await answeredWith(file, status, async (provider) => {
      const asked = provider.profile({ handle: 'elonmusk', platformId: null }, call);
      await expect(asked).rejects.toMatchObject({ code, remedy });
    });
  });
});
