import type DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import {
  type Answered,
  findAnswered,
  findDepths,
  findHistory,
  findPosts,
  findStandingPosts,
  type PostKeyPair,
} from './query.ts';
import type { MetricsRow, PostRow } from './row.ts';
import { createLoader } from '../../graphql/loader.ts';

const keyText = (key: PostKeyPair) => `${key.streamId}:${key.postId}`;

/** Loads posts by stream and id; null when the stream has no such post. */
export const postLoader = ({ db, reads }: Context): DataLoader<PostKeyPair, PostRow | null, string> =>
  createLoader(
    async (keys) => {
      for (const { streamId } of keys) reads.stream(streamId);
      const found = new Map((await findPosts(db, keys)).map((post) => [keyText(post), post]));
      return keys.map((key) => found.get(keyText(key)) ?? null);
    },
    { cacheKeyFn: keyText },
  );

const answeredText = ({ streamId, platformId }: Answered) => `${streamId}:${platformId}`;

/** Loads messages that others in their channel answer; null when the channel has none in the hour before. */
export const answeredLoader = ({ db, reads }: Context): DataLoader<Answered, PostRow | null, string> =>
  createLoader(
    async (answered) => {
      for (const { streamId } of answered) reads.stream(streamId);
      const found = new Map(
        (await findAnswered(db, answered)).map((post) => [`${post.streamId}:${post.platformId}`, post]),
      );
      return answered.map((each) => found.get(answeredText(each)) ?? null);
    },
    { cacheKeyFn: answeredText },
  );

/** Loads the earlier metrics of posts, oldest first. */
export const historyLoader = ({ db }: Context): DataLoader<PostKeyPair, readonly MetricsRow[], string> =>
  createLoader(
    async (keys) => {
      const found = new Map<string, MetricsRow[]>();
      for (const row of await findHistory(db, keys)) {
        const seen = found.get(keyText(row));
        if (seen === undefined) found.set(keyText(row), [row]);
        else seen.push(row);
      }
      return keys.map((key) => found.get(keyText(key)) ?? []);
    },
    { cacheKeyFn: keyText },
  );

/** Loads posts by id alone, each from the stream that represents it; null when no stream has it. */
export const standingPostLoader = ({ db, reads }: Context): DataLoader<string, PostRow | null> =>
  createLoader(async (postIds) => {
    // Another stream may get the post, or may represent it later.
    reads.all();
    const found = new Map((await findStandingPosts(db, postIds)).map((post) => [post.postId, post]));
    return postIds.map((id) => found.get(id) ?? null);
  });

/** Loads the depth of posts in their conversations, by id; null when the root is unknown. */
export const depthLoader = ({ db, reads }: Context): DataLoader<string, number | null> =>
  createLoader(async (postIds) => {
    reads.all();
    const found = await findDepths(db, postIds);
    return postIds.map((id) => found.get(id) ?? null);
  });
