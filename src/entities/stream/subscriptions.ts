import type { Database } from '../../db/client.ts';
import { hasCommitsInDoubt, streamsBehind } from '../../db/stream-lock.ts';
import { builder } from '../../graphql/builder.ts';
import { ofStream } from '../../graphql/changes.ts';
import { follow, type Reading } from '../../graphql/live.ts';
import { shareReads } from '../../graphql/share-reads.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { Versions } from '../../streams/versions.ts';
import { Post } from '../post/fields.ts';
import { findPosts } from '../post/query.ts';
import type { PostRow } from '../post/row.ts';
import { Stream } from './fields.ts';
import { parseStreamId } from './global-id.ts';
import { findArrivals, findStreams, type StreamRow } from './query.ts';

/** At most twice a second: a subscriber usually selects stats with each event. */
const streamEveryMs = 500;
const postsEveryMs = 100;

const readStream = shareReads(async (db, streamId: number) => (await findStreams(db, [streamId]))[0] ?? null);
const readArrivals = shareReads(findArrivals);
const readIsBehind = shareReads(async (db, streamId: number) => (await streamsBehind(db)).has(streamId));
const readIsInDoubt = shareReads((db, _whole: 'store') => hasCommitsInDoubt(db));
/** Whether the posts may be older than the stream that was read before them: only on a cluster. */
const isBehind = async (db: Database, versions: Versions, streamId: number): Promise<boolean> =>
  db.isDistributed && (!versions.isSettled(streamId) || (await readIsBehind(db, streamId)));

builder.subscriptionField('streamUpdated', (t) =>
  t.field({
    type: Stream,
    description:
      'Sends the stream at once, then each time it changes, at most twice a second: its posts and their figures, profile, ' +
      'followers, schedule or freshness. Select the stats that you show. Completes when the stream is deleted. ' +
      'NOT_FOUND when there is no such stream.',
    args: { id: t.arg.id({ required: true, description: 'The stream.' }) },
    subscribe: async (_root, { id }, { db, services: { changes, versions } }) => {
      const streamId = parseStreamId(id);
      await requireArrivals(db, streamId);
      let version = -1;
      return follow<StreamRow>({
        subscribe: () => changes.subscribe(ofStream(streamId)),
        read: async () => {
          const stream = await readStream(db, streamId);
          if (stream === null) return { events: [], over: true };
          // On a cluster the posts may be older than the stream. The stream is sent again when they are up to date.
          const seen = 2 * stream.version + ((await isBehind(db, versions, streamId)) ? 0 : 1);
          const isChanged = seen !== version;
          version = seen;
          return { events: isChanged ? [stream] : [], over: false, version };
        },
        everyMs: streamEveryMs,
        atOnce: true,
        stateOf: streamId,
      });
    },
    resolve: (stream) => stream,
  }),
);

builder.subscriptionField('newPosts', (t) =>
  t.field({
    type: Post,
    description:
      "Sends a stream's own new posts as they arrive, each once, as its `posts` lists them. Posts that arrive together are sent in the order of posting. " +
      'When more than 200 arrived since the last event (an import, or a client that reads slowly), only the newest 200 ' +
      'are sent. Completes when the stream is deleted. NOT_FOUND when there is no such stream.',
    args: { id: t.arg.id({ required: true, description: 'The stream.' }) },
    subscribe: async (_root, { id }, { db, services: { changes, versions } }) => {
      const streamId = parseStreamId(id);
      let seen = await requireArrivals(db, streamId);
      return follow<PostRow>({
        subscribe: () => changes.subscribe(ofStream(streamId)),
        read: async (): Promise<Reading<PostRow>> => {
          const found = await findNewPosts(db, versions, streamId, seen);
          if (found === null) return { events: [], over: true };
          seen = found.arrived;
          return { events: found.posts, over: false };
        },
        everyMs: postsEveryMs,
        // Posts may arrive while the subscription starts.
        atOnce: true,
      });
    },
    resolve: (post) => post,
  }),
);

/** Returns how many posts have arrived in a stream; NOT_FOUND when there is none. */
async function requireArrivals(db: Database, streamId: number): Promise<number> {
  const arrivals = await readArrivals(db, streamId);
  if (arrivals === null) throw new NotFoundError('No such stream');
  return arrivals.arrived;
}

/**
 * Returns the posts that arrived after the first `seen`, in their order; of many, the last. A batch is counted in the
 * transaction that writes it, and batches of one stream take turns: no post is counted before it can be read, or
 * twice. On a cluster a post can be counted some milliseconds before it can be read.
 */
async function findNewPosts(db: Database, versions: Versions, streamId: number, seen: number) {
  const arrivals = await readArrivals(db, streamId);
  if (arrivals === null) return null;
  const { arrived, last } = arrivals;
  const ids = arrived > seen ? last.slice(-(arrived - seen)) : [];
  if (ids.length === 0) return { arrived, posts: [] };
  const key = `${streamId} ${ids.join(',')}`;
  const found = await readPosts(db, key);
  if (found.length === ids.length || !db.isDistributed) return { arrived, posts: found };
  // A post that is missing when no transaction is under way any more was deleted.
  const mayLack = (await isBehind(db, versions, streamId)) || (await readIsInDoubt(db, 'store'));
  const posts = await readPosts(db, key);
  if (!mayLack || posts.length === ids.length) return { arrived, posts };
  // The first missing post and those after it are found when their notification arrives.
  const readable = new Set(posts.map(({ postId }) => postId));
  const first = ids.findIndex((id) => !readable.has(id));
  const before = new Set(ids.slice(0, first));
  return { arrived: arrived - (ids.length - first), posts: posts.filter(({ postId }) => before.has(postId)) };
}

const readPosts = shareReads(async (db, key: string): Promise<readonly PostRow[]> => {
  const [streamId, ids = ''] = key.split(' ');
  const postIds = ids.split(',');
  const rows = await findPosts(
    db,
    postIds.map((postId) => ({ streamId: Number(streamId), postId })),
  );
  const found = new Map(rows.map((row) => [row.postId, row]));
  return postIds.flatMap((postId) => found.get(postId) ?? []);
});
