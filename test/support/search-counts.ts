import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { searchQuery } from '../../src/shared/search-query.ts';

type Kind = 'WORD' | 'HASHTAG' | 'MENTION';

/**
 * For each of the 200 most used terms: the number of posts that have it, how many of those a search finds, and how many
 * other own posts it finds.
 */
async function compare({ sql }: Pick<Database, 'sql'>, streamId: number, kind: Kind) {
  const terms = await sql<{ value: string; posts: number }[]>`
    select value, posts from tally_totals where stream_id = ${streamId} and dimension = ${kind}
    order by posts desc, value limit 200`;
  const values = terms.map(({ value }) => value);
  const list = sql(`${kind.toLowerCase()}s`);
  const rows = await sql<{ value: string; found: number; extra: number; unexplained: number }[]>`
    select t.value, count(*) filter (where has)::int as found, count(*) filter (where not has)::int as extra,
      count(*) filter (where not has and not (p.text || ' ' || array_to_string(p.hashtags || p.mentions, ' ')) ilike
        '%' || left(t.value, 1) || '%')::int as unexplained
    from unnest(${values}::text[], ${values.map(searchQuery)}::text[]) t (value, query)
    left join posts p on p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and p.search @@ t.query::tsquery
    left join lateral (select t.value = any(p.${list}) as has) h on true
    group by t.value`;
  return { terms, rows };
}

/** Checks for a stream's words, hashtags and mentions that a search finds every counted post. */
export async function searchFindsWhatIsCounted(db: Pick<Database, 'sql'>, streamId: number): Promise<void> {
  for (const kind of ['WORD', 'HASHTAG', 'MENTION'] as const) {
    const { terms, rows } = await compare(db, streamId, kind);
    const counted = new Map(terms.map(({ value, posts }) => [value, posts]));
    expect(rows.map(({ value, found }) => [value, found])).toEqual(
      rows.map(({ value }) => [value, counted.get(value)]),
    );
    // Other found posts have the word in a link, a tag or an address, or as part of a longer word.
    expect(rows.filter(({ unexplained }) => unexplained > 0)).toEqual([]);
  }
}
