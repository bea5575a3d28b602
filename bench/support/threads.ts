import { deliver } from '../../src/ingest/write/batch.ts';
import { type EnrichedPost, unknownMetrics } from '../../src/shared/post.ts';
import { writeBatch } from '../../src/streams/write-batch.ts';
import type { BenchStore } from './store.ts';

/** A post of a generated thread. */
type ThreadPost = { readonly id: number; readonly parent: number | null; readonly likes: number };

/** Numbers from 0 to 1; the same seed gives the same numbers. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/**
 * Threads with this many replies in total, as deep as real ones: in RumourEval's trees 62 % of replies answer the root
 * and 12 % are at depth 5 or deeper; here it is 61 % and 14 %. Likes are distributed as in reality: most posts have
 * few.
 */
export function* makeThreads(replies: number, seed: number): Generator<ThreadPost> {
  const random = randomOf(seed);
  const likes = () => Math.floor(random() ** -0.8) - 1;
  let [id, made] = [1_000_000, 0];
  while (made < replies) {
    const root = id++;
    const thread = [root];
    yield { id: root, parent: null, likes: likes() };
    const size = Math.min(replies - made, 1 + Math.floor(5 * random() ** -0.7));
    for (let at = 0; at < size; at++) {
      const pick = random();
      const earlier = thread[Math.floor(random() * thread.length)] ?? root;
      const parent = pick < 0.55 ? root : pick < 0.9 ? (thread.at(-1) ?? root) : earlier;
      yield { id, parent, likes: likes() };
      thread.push(id++);
    }
    made += size;
  }
}

/** A root with many replies, and a long chain of replies. */
export function* makeExtremes(wide: number, long: number): Generator<ThreadPost> {
  yield { id: 1, parent: null, likes: 1 };
  for (let at = 1; at <= wide; at++) yield { id: 1 + at, parent: 1, likes: 1 };
  const top = wide + 10;
  yield { id: top, parent: null, likes: 1 };
  for (let at = 1; at <= long; at++) yield { id: top + at, parent: top + at - 1, likes: 1 };
}

const start = Date.UTC(2025, 0, 1);
const authors = 20_000;
/** Posts of a batch, as an import has them. */
const batchPosts = 10_000;
const text =
  'What people write when they answer somebody is about as long as this line, give or take a word.';

/** Writes threads to a topic, in batches as an import does. `threaded: false` writes the same posts without parents. */
export async function writeThreads(
  store: BenchStore,
  streamId: number,
  posts: Iterable<ThreadPost>,
  { threaded = true } = {},
): Promise<void> {
  const source = { streamId, platform: 'X', provider: 'SYNTHETIC' } as const;
  const write = async (batch: readonly EnrichedPost[]) => {
    const read = (post: EnrichedPost) => post;
    await writeBatch(
      store.db.sql,
      deliver(source, { account: null, posts: batch, read, collectedAt: start }),
    );
  };
  let batch: EnrichedPost[] = [];
  for (const post of posts) {
    batch.push(toPost(threaded ? post : { ...post, parent: null }));
    if (batch.length < batchPosts) continue;
    await write(batch);
    batch = [];
  }
  await write(batch);
}

function toPost({ id, parent, likes }: ThreadPost): EnrichedPost {
  const author = String(1 + ((id * 7_919) % authors));
  return {
    platformId: String(id),
    author: { platformId: author, handle: `author${author}`, displayName: null, avatarUrl: null },
    own: true,
    kind: parent === null ? 'ORIGINAL' : 'REPLY',
    text,
    createdAt: start + id * 1_000,
    hourUnknown: false,
    language: 'en',
    metrics: { ...unknownMetrics, likes, reposts: 0, replies: 0 },
    observedAt: start,
    media: [],
    replyTo: parent === null ? null : { postId: String(parent), authorId: null, handle: null },
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: null,
    raw: null,
    hashtags: [],
    mentions: [],
    cashtags: [],
    urls: [],
    domains: [],
    emoji: [],
    words: [],
    sentiment: 0,
  };
}
