import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  accountTimeline,
  foundTimeline,
  resultsAround,
  userIn,
} from '../../../../src/providers/x-scraper/answer.ts';
import { readPost } from '../../../../src/providers/x-scraper/post.ts';
import { accountOf } from '../../../../src/providers/x-scraper/user.ts';
import { realData } from '../../../support/real-data.ts';

// biome-ignore lint/suspicious/noExplicitAny: the plain reading below trusts the recorded JSON, which is at hand
type Json = any;

const folder = realData('bodies recorded from X');

function recorded(name: string): Json {
  const bytes = readFileSync(join(folder ?? '', 'recorded/x-web-graphql', name));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
}

const account = { handle: 'XDevelopers', protected: false };

/** The content of the file post by post, read as plainly as possible. */
function plain(result: Json): object {
  const tweet = result.tweet ?? result;
  const { legacy } = tweet;
  const user = tweet.core.user_results.result;
  const original = legacy.retweeted_status_result?.result;
  const shown = original ? (original.tweet ?? original) : tweet;
  const writer = shown.core.user_results.result;
  const writerHandle = writer.core?.screen_name ?? writer.legacy.screen_name;
  const quote = !original && legacy.is_quote_status;
  const reply = !original && legacy.in_reply_to_status_id_str;
  return {
    platformId: tweet.rest_id,
    author: {
      platformId: user.rest_id,
      handle: user.core?.screen_name ?? user.legacy.screen_name,
      displayName: user.core?.name ?? user.legacy.name,
      avatarUrl: user.avatar?.image_url ?? user.legacy.profile_image_url_https,
    },
    kind: original ? 'REPOST' : reply ? 'REPLY' : quote ? 'QUOTE' : 'ORIGINAL',
    text: (original ? `RT @${writerHandle}: ` : '') + plainText(shown),
    createdAt: Date.parse(legacy.created_at),
    metrics: original
      ? { likes: null, reposts: null, replies: null, quotes: null, bookmarks: null, impressions: null }
      : {
          likes: legacy.favorite_count,
          reposts: legacy.retweet_count,
          replies: legacy.reply_count,
          quotes: legacy.quote_count,
          bookmarks: legacy.bookmark_count,
          impressions: tweet.views?.count ? Number(tweet.views.count) : null,
        },
    media: (shown.legacy.extended_entities?.media ?? []).length,
    urls: urlsOf(shown).map((url: Json) => url.expanded_url),
    replyTo: reply ? [reply, legacy.in_reply_to_user_id_str, legacy.in_reply_to_screen_name] : null,
    repostOf: original ? { handle: writerHandle, postId: shown.rest_id } : null,
    quoteOf: quote ? legacy.quoted_status_id_str : null,
    client: tweet.source.replace(/<.*?>/g, ''),
  };
}

const urlsOf = (tweet: Json): Json[] =>
  (tweet.note_tweet?.note_tweet_results.result.entity_set ?? tweet.legacy.entities).urls ?? [];

function plainText(tweet: Json): string {
  const note = tweet.note_tweet?.note_tweet_results.result.text;
  let text: string = note ?? tweet.legacy.full_text;
  for (const url of urlsOf(tweet)) text = text.replaceAll(url.url, url.expanded_url);
  for (const media of tweet.legacy.entities.media ?? []) text = text.replace(media.url, '').trim();
  if (note !== undefined) return text.trim();
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
}

function mapped(result: Json): object {
  const post = readPost(result, null, 5);
  if ('unreadable' in post) throw new Error(post.unreadable);
  expect(post).toMatchObject({ own: true, observedAt: 5, chat: null, raw: JSON.stringify(result) });
  return {
    platformId: post.platformId,
    author: post.author,
    kind: post.kind,
    text: post.text,
    createdAt: post.createdAt,
    metrics: post.metrics,
    media: post.media.length,
    urls: post.entities?.urls,
    replyTo: post.replyTo && [post.replyTo.postId, post.replyTo.authorId, post.replyTo.handle],
    repostOf: post.repostOf,
    quoteOf: post.quoteOf,
    client: post.client,
  };
}

/** All results that an answer has by themselves, wherever they are. */
function standing(json: Json): Json[] {
  if (json === null || typeof json !== 'object') return [];
  if (json.tweet_results) return [json.tweet_results.result];
  return Object.values(json).flatMap(standing);
}

const timelines = (json: Json) => accountTimeline(json, account).entries.flatMap((entry) => entry.results);
const searches = (json: Json) => foundTimeline(json).entries.flatMap((entry) => entry.results);

describe.skipIf(folder === null)('recorded bodies', () => {
  test.each([
    ['twscrape-2024-02/raw_user_tweets.json.gz', timelines, 18],
    ['twscrape-2024-02/raw_user_tweets_and_replies.json.gz', timelines, 25],
    ['twscrape-2024-02/raw_search.json.gz', searches, 13],
    ['twscrape-2024-02/raw_tweet_details.json.gz', resultsAround, 4],
    ['twscrape-2026-08/raw_user_tweets.json.gz', timelines, 21],
    ['twscrape-2026-08/raw_user_tweets_and_replies.json.gz', timelines, 28],
    ['twscrape-2026-08/raw_search.json.gz', searches, 20],
    ['twscrape-2026-08/raw_tweet_details.json.gz', resultsAround, 37],
    ['fxembed/TweetDetail-1902059299591090335.json', resultsAround, 1],
  ])('%s becomes the posts that a plain reading finds', (name, read, count) => {
    const json = recorded(name);
    const results = read(json);
    expect(results.map(mapped)).toEqual(standing(json).map(plain));
    expect(results).toHaveLength(count);
  });

  test.each([
    ['_issue_28_1.json.gz', 'REPOST'],
    ['_issue_28_2.json.gz', 'QUOTE'],
    ['_issue_42_regr.json.gz', 'REPOST'],
  ])('%s becomes a post, without the related ones', (name, kind) => {
    const results = resultsAround(recorded(`twscrape-issues/${name}`));
    expect(results.map((result) => mapped(result))).toMatchObject([{ kind }]);
  });

  test('timelines go on from their Bottom cursors', () => {
    const cursor = (name: string) => accountTimeline(recorded(name), account).bottom;
    expect(cursor('twscrape-2024-02/raw_user_tweets_and_replies.json.gz')).toMatch(/^DAABCgAB/);
    expect(cursor('twscrape-2026-08/raw_user_tweets_and_replies.json.gz')).toMatch(/^DAAHCgAB/);
    expect(foundTimeline(recorded('twscrape-2026-08/raw_search.json.gz')).bottom).toMatch(/^DAAD/);
  });

  test.each([
    ['twscrape-2024-02/raw_user_by_login.json.gz', 'XDevelopers', 607_577, 1_773, 4_041],
    ['twscrape-2026-08/raw_user_by_login.json.gz', 'XDevelopers', 695_695, 762, 4_319],
    ['fxembed/UserByScreenName-x.json', 'X', 68_941_492, 1, 15_550],
  ])('%s is an account', (name, handle, followers, following, reportedPosts) => {
    const found = accountOf(userIn(recorded(name), handle), 'user', 5);
    expect(found).toMatchObject({
      handle,
      followers,
      following,
      reportedPosts,
      verified: true,
      protected: false,
    });
    expect(found.joinedAt).toBe(Date.parse(handle === 'X' ? '2007-02-20T14:35:54Z' : '2013-12-14T04:35:55Z'));
  });

  test('a suspended account is reported as one', () => {
    expect(() => userIn(recorded('fxembed/UserByScreenName-testsuspendeduser.json'), 'x')).toThrow(
      expect.objectContaining({ code: 'ACCOUNT_SUSPENDED' }),
    );
  });
});
