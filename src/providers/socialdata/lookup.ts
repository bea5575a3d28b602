import type { AccountProfile, NormalisedPost, Rejection } from '../../shared/post.ts';
import type { Lookup } from '../fetch-provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { Answer } from './client.ts';
import { notUnderstood } from './failure.ts';
import { isOwn, readPost } from './map-tweet.ts';
import type { Get } from './walk.ts';
import { readTweet, type Tweet } from './wire.ts';

/** Concurrent requests. */
const atOnce = 4;

/**
 * Looks up posts one by one: the service has no batch request. After a failure no more are requested. The posts
 * answered so far are returned, since they are paid for, provided that the first of `ids` is among them.
 */
export async function lookUp(
  get: Get,
  ids: readonly string[],
  account: AccountProfile | null,
  now: () => number,
): Promise<Omit<Lookup, 'cost'>> {
  const posts: NormalisedPost[] = [];
  const rejected: Rejection[] = [];
  const deleted: string[] = [];
  const take = (id: string, answer: Answer) => {
    const tweet = readAsked(answer.json, id);
    const post =
      typeof tweet === 'string'
        ? tweet
        : readPost({ tweet, raw: answer.text.trim() }, isOwn(tweet, account), now());
    if (typeof post === 'string') rejected.push({ where: `tweet ${id}`, reason: post });
    else posts.push(post);
  };
  const waiting = [...new Set(ids)];
  const unanswered = new Set(waiting);
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const answer = await get(`/twitter/tweets/${id}`);
      unanswered.delete(id);
      if (answer !== null) take(id, answer);
      // The service gives the same answer for posts that a protected account hides.
      else if (account?.protected !== true) deleted.push(id);
    }
  };
  const askOn = () =>
    work().catch((error: unknown) => {
      waiting.length = 0; // stops the other workers
      throw error;
    });
  // Requests under way are paid for, so they are awaited.
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, askOn));
  const failed = ends.find((end) => end.status === 'rejected');
  const isFirst = unanswered.has(ids[0] ?? '');
  if (failed !== undefined && (isFirst || !(failed.reason instanceof ProviderError))) throw failed.reason;
  const [first] = rejected;
  if (first !== undefined && posts.length + deleted.length === 0) throw notUnderstood(first.reason);
  return { posts, rejected, deleted, unanswered: [...unanswered] };
}

/** Returns the tweet, or the reason why the answer is not the tweet that was requested. */
function readAsked(json: unknown, id: string): Tweet | string {
  const tweet = readTweet(json, []);
  if (typeof tweet === 'string' || tweet.id_str === id) return tweet;
  return `id_str: expected ${id}, received ${tweet.id_str}`;
}
