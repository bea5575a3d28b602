import { findOrCreateTopic } from '../../src/streams/create.ts';
import { ingest } from '../../src/streams/ingest.ts';
import { noteFolded } from '../../src/ingest/folding/changes.ts';
import type { NormalisedPost, Page } from '../../src/shared/post.ts';
import { count, report } from './finding.ts';
import { openFilledStore } from './filled-store.ts';
import type { BenchStore } from './store.ts';

/** Numbers of authors and words of a stream. */
type Vocabulary = { readonly authors: number; readonly words: number };

/** A stream with a source of new posts: each call makes posts later than all before. */
export type BusyStream = {
  readonly streamId: number;
  readonly nextPosts: (posts: number) => readonly NormalisedPost[];
};

export type BusyStreams = {
  readonly store: BenchStore;
  readonly large: BusyStream;
  readonly others: readonly BusyStream[];
};

/** Posts per minute in a large stream, so that a million fit in one month. */
const postsPerMinute = 60;
const pageSize = 10_000;
const largeWords: Vocabulary = { authors: 20_000, words: 100_000 };
const otherWords: Vocabulary = { authors: 500, words: 10_000 };

/**
 * One topic with this many posts in a month, 20,000 authors and 100,000 words, and 100 topics with a 500th of them
 * each.
 */
export async function openBusyStreams(posts: number, keepStores: string | null): Promise<BusyStreams> {
  const others = Array.from({ length: 100 }, (_, index) => `busy ${index + 1}`);
  const store = await openFilledStore(keepStores, `busy-${posts}`, async (fresh) => {
    const from = Date.now() - (posts / postsPerMinute) * 60_000;
    const started = performance.now();
    await fill(fresh, { name: 'busy', posts, from, of: largeWords });
    for (const name of others) await fill(fresh, { name, posts: posts / 500, from, of: otherWords });
    await noteFolded(fresh.db.sql);
    await fresh.db.sql`vacuum (analyze)`;
    report(`filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  });
  const open = async (name: string, of: Vocabulary): Promise<BusyStream> => {
    const streamId = await findOrCreateTopic(store.db.sql, name);
    const [row] = await store.db.sql<{ ms: number }[]>`
      select extract(epoch from latest_post_at)::float8 * 1000 as ms from streams where stream_id = ${streamId}`;
    const source = new PostSource(streamId, row?.ms ?? Date.now(), of);
    return { streamId, nextPosts: (some) => source.next(some) };
  };
  return {
    store,
    large: await open('busy', largeWords),
    others: await Promise.all(others.map((name) => open(name, otherWords))),
  };
}

type Filling = {
  readonly name: string;
  readonly posts: number;
  readonly from: number;
  readonly of: Vocabulary;
};

async function fill({ db: { sql } }: BenchStore, { name, posts, from, of }: Filling): Promise<void> {
  const streamId = await findOrCreateTopic(sql, name);
  const source = new PostSource(streamId, from, of);
  function* pages(): Generator<Page> {
    for (let made = 0; made < posts; made += pageSize) {
      const some = source.next(Math.min(pageSize, posts - made));
      if (made % 100_000 === 0) report(`${name}: ${count(made)} posts`);
      yield { account: null, posts: some, rejected: [], cursor: String(made), total: posts };
    }
  }
  await ingest(sql, {
    streamId,
    platform: 'X',
    provider: 'X_API',
    pages: pages(),
    read: (post) => post,
    now: () => Date.now(),
  });
}

/**
 * Posts of ten words, every second with a hashtag, every fifth a reply to an earlier post; words and authors follow
 * Zipf's law.
 */
class PostSource {
  #at: number;
  #last: string | null = null;
  readonly #random: () => number;
  readonly #of: Vocabulary;

  constructor(streamId: number, from: number, of: Vocabulary) {
    this.#at = Math.floor(from);
    this.#random = seeded(streamId * 7_919 + (this.#at % 1_000_000));
    this.#of = of;
  }

  next(posts: number): readonly NormalisedPost[] {
    return Array.from({ length: posts }, () => this.#post());
  }

  #post(): NormalisedPost {
    this.#at += 1 + Math.floor(this.#random() * 2 * (60_000 / postsPerMinute));
    const sequence = BigInt(Math.floor(this.#random() * 2 ** 22));
    const platformId = String((BigInt(this.#at - 1_288_834_974_657) << 22n) | sequence);
    const author = this.#zipf(this.#of.authors);
    const words = Array.from({ length: 10 }, () => wordOf(this.#zipf(this.#of.words)));
    const tags = this.#random() < 0.5 ? [`tag${wordOf(this.#zipf(5_000))}`] : [];
    const text = [...words, ...tags.map((tag) => `#${tag}`)].join(' ');
    const parent = this.#random() < 0.2 ? this.#last : null;
    this.#last = platformId;
    const metrics = {
      likes: this.#zipf(1_000) - 1,
      reposts: this.#zipf(100) - 1,
      replies: this.#zipf(20) - 1,
      quotes: 0,
      bookmarks: null,
      impressions: this.#zipf(50_000),
    };
    const handle = `author_${author}`;
    return {
      platformId,
      author: { platformId: String(author), handle, displayName: handle, avatarUrl: null },
      own: true,
      kind: parent === null ? 'ORIGINAL' : 'REPLY',
      text,
      createdAt: this.#at,
      language: 'en',
      metrics,
      observedAt: this.#at + 60_000,
      entities: null,
      media: [],
      replyTo: parent === null ? null : { postId: parent, authorId: null, handle: null },
      repostOf: null,
      quoteOf: null,
      client: 'Twitter Web App',
      chat: null,
      raw: JSON.stringify({
        id: platformId,
        author_id: String(author),
        text,
        public_metrics: metrics,
        lang: 'en',
      }),
    };
  }

  /** A number from 1 to `max`, each half as frequent as its half. */
  #zipf(max: number): number {
    return Math.floor(Math.exp(this.#random() * Math.log(max + 1)));
  }
}

/** A number as letters: 1 is "wab". */
function wordOf(number: number): string {
  let letters = '';
  for (let rest = number; rest > 0; rest = Math.floor(rest / 26)) {
    letters += String.fromCharCode(97 + (rest % 26));
  }
  return `wa${letters}`;
}

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
