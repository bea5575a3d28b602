import type { AccountProfile, NormalisedPost, Rejection } from '../../shared/post.ts';
import type { Lookup } from '../fetch-provider.ts';
import type { Answer } from './client.ts';
import { notUnderstood } from './failure.ts';
import { isOwn, readPost } from './map-tweet.ts';
import type { Get } from './walk.ts';
import { readTweet, type Tweet } from './wire.ts';

/** Requests under way at a time. */
const atOnce = 4;

/** Posts one by one: the service has no request for several. */
export async function lookUp(
  get: Get,
  ids: readonly string[],
  account: AccountProfile | null,
  now: () => number,
): Promise<Omit<Lookup, 'cost'> & { readonly delivered: readonly string[] }> {
  const posts: NormalisedPost[] = [];
  const rejected: Rejection[] = [];
  const deleted: string[] = [];
  const delivered: string[] = [];
  const take = (id: string, answer: Answer) => {
    delivered.push(id);
    const tweet = readAsked(answer.json, id);
    const post =
      typeof tweet === 'string'
        ? tweet
        : readPost({ tweet, raw: answer.text.trim() }, isOwn(tweet, account), now());
    if (typeof post === 'string') rejected.push({ where: `tweet ${id}`, reason: post });
    else posts.push(post);
  };
  const waiting = [...new Set(ids)];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const answer = await get(`/twitter/tweets/${id}`);
      if (answer !== null) take(id, answer);
      // The same is said of posts that a protected account hides.
      else if (account?.protected !== true) deleted.push(id);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    waiting.length = 0; // after a failure, nobody asks on
  }
  const [first] = rejected;
  if (first !== undefined && posts.length + deleted.length === 0) throw notUnderstood(first.reason);
  return { posts, rejected, deleted, delivered };
}

/** The tweet that was asked for, or what keeps the answer from being it. */
function readAsked(json: unknown, id: string): Tweet | string {
  const tweet = readTweet(json, []);
  if (typeof tweet === 'string' || tweet.id_str === id) return tweet;
  return `id_str: expected ${id}, received ${tweet.id_str}`;
}
