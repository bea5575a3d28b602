import type { BenchStore } from './store.ts';

const streams = 50;

/** Secondary indexes of posts that trends do not use: building them would take most of the time. */
const unread = [
  'posts_created',
  'posts_likes',
  'posts_reposts',
  'posts_replies',
  'posts_engagement',
  'posts_impressions',
  'posts_unrated',
  'posts_others',
  'posts_search',
];

/**
 * Fills a store with posts of three hashtags and six words each, up to now: tags and authors by Zipf's law, 20,000 of
 * each, with a daily rhythm. The database generates it, and every row is random.
 */
export async function fillTrendStore({ db: { sql } }: BenchStore, posts: number, days = 90): Promise<void> {
  await sql`select setseed(0.5)`;
  for (const name of unread) await sql`drop index ${sql(name)}`;
  for (const name of ['post_terms_window', 'post_terms_term']) await sql`drop index ${sql(name)}`;
  await sql`
    insert into streams (kind, platform, identity, title)
    select 'TOPIC', 'X', 'bench ' || n, 'bench ' || n from generate_series(1, ${streams}::int) n`;
  const [first] = await sql<{ id: number }[]>`select min(stream_id) as id from streams`;
  await sql`
    insert into posts (stream_id, post_id, created_at, collected_at, observed_at, own, kind, provider, author_id, text,
      hashtags, mentions, cashtags, urls, domains, emoji, words)
    select ${first?.id ?? 1}::int + n % ${streams}, lpad(to_hex(n), 32, '0')::uuid, created_at, now(), now(), true, 'ORIGINAL', 'X_API',
      'a' || floor(exp(random() * ln(20000)))::int, 'a post', tags, '{}', '{}', '{}', '{}', '{}', words
    from generate_series(1, ${posts}::int) n,
      lateral (select date_trunc('milliseconds', now() - interval '1 day' * ${days}::float8 * (1 - n / ${posts}::float8)
        - interval '1 hour' * 6 * random() ^ 2) as created_at offset 0) c,
      lateral (select array_agg(distinct 'tag' || floor(exp(random() * ln(20000)))::int) as tags
        from generate_series(1, 3 + 0 * n)) t,
      lateral (select array_agg(distinct 'w' || floor(exp(random() * ln(50000)))::int) as words
        from generate_series(1, 6 + 0 * n)) w`;
  await sql`
    insert into post_terms (stream_id, term, created_at, post_id, author_id, stands)
    select stream_id, term, created_at, post_id, author_id, true from posts, unnest(hashtags) as term
    order by stream_id, term, created_at, post_id`;
  await sql`
    create index post_terms_window on post_terms (created_at, term, author_id) where stands`;
  await sql`
    create index post_terms_term on post_terms (term, created_at, author_id) where stands`;
  await sql`
    insert into trend_changes (hours, changed_at)
    select array_agg(distinct floor(extract(epoch from created_at) / 3600)::int), now() - interval '1 hour' from posts`;
  await sql`vacuum (analyze) posts, post_terms, trend_changes`;
}
