import { type BenchStore, openBenchStore } from './store.ts';

/** A store of many short posts with three hashtags each, over 90 days up to now, of ten topics and 20,000 authors. */
export type TaggedStore = {
  readonly store: BenchStore;
  readonly posts: number;
  /** The most used hashtag: a thirteenth of all posts have it. */
  readonly top: string;
};

const topics = 10;
const days = 90;
const postsAtOnce = 100_000;

/**
 * Made by statements: rows as an import would leave them, as far as what crosses streams reads them. How often a hashtag is used
 * falls as its rank grows (Zipf), among 3 × 5,000 of them.
 */
export async function openTaggedStore(posts: number): Promise<TaggedStore> {
  const store = await openBenchStore();
  const { sql } = store.db;
  await sql`
    insert into streams (kind, platform, identity, title)
    select 'TOPIC', 'X', 'topic ' || n, 'topic ' || n from generate_series(1, ${topics}) n`;
  await sql`select setseed(0.5)`;
  for (let at = 0; at < posts; at += postsAtOnce) {
    const until = Math.min(at + postsAtOnce, posts);
    await sql.begin(async (tx) => {
      await tx`set local synchronous_commit = off`;
      await tx`
        insert into posts (stream_id, post_id, created_at, collected_at, observed_at, own, kind, provider, author_id, text,
          likes, engagement, hashtags, mentions, cashtags, urls, domains, emoji, words)
        select 1 + n % ${topics}::int, lpad(to_hex(n + 1), 32, '0')::uuid,
          date_trunc('milliseconds', now() - interval '1 day' * ${days}::int * (1 - n / ${posts}::float8)), now(), now(),
          true, 'ORIGINAL', 'X_API', (floor(20000 * random()))::int::text, 'post ' || n, l, l,
          array['a' || floor(5000 ^ random()), 'b' || floor(5000 ^ random()), 'c' || floor(5000 ^ random())],
          '{}', '{}', '{}', '{}', '{}', '{}'
        from (select n, (floor(10 ^ (3 * random())))::int as l
          from generate_series(${at}::int, ${until - 1}::int) n) numbers`;
      await tx`
        insert into post_terms (stream_id, term, created_at, post_id, author_id, stands)
        select stream_id, tag, created_at, post_id, author_id, true from posts, unnest(hashtags) as tag
        where post_id > lpad(to_hex(${at}::int), 32, '0')::uuid and post_id <= lpad(to_hex(${until}::int), 32, '0')::uuid`;
    });
  }
  await sql`
    insert into tally_totals (stream_id, dimension, value, posts, engagement, engaged)
    select stream_id, 'HASHTAG', tag, count(*), sum(engagement), count(*) from posts, unnest(hashtags) as tag group by 1, 3
    union all
    select stream_id, 'AUTHOR', author_id, count(*), sum(engagement), count(*) from posts group by 1, 3
    union all
    select stream_id, 'KNOWN', 'POSTS', count(*), sum(engagement), count(*) from posts group by 1`;
  await sql`
    insert into authors (stream_id, author_id, handle, observed_at)
    select distinct stream_id, author_id, 'user' || author_id, now() from posts`;
  await sql`vacuum (analyze) posts, post_terms, tally_totals, authors, streams`;
  return { store, posts, top: 'a1' };
}
