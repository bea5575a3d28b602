import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { usesOf } from '../../db/dimensions.ts';
import { everything } from '../../shared/range.ts';
import { authorsIn } from '../distinct-authors.ts';
import { isDouble } from '../doubles.ts';
import { standingTermsIn } from '../standing-terms.ts';

/** Counts the own posts of all streams that use a tag, each once: the tallies of the streams, less the doubles. */
export async function countPosts(
  db: Database,
  tags: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const list = sql`${arrayOf(tags)}::text[]`;
  // Probes the primary key (stream_id, dimension, value) once for each stream and tag.
  const rows = await db.rows<{ readonly value: string; readonly posts: number }>(sql`
    select /* across streams: all uses of some hashtags */ value, sum(posts)::float8 as posts from (
      select t.value, t.posts from streams s
      join tally_totals t on t.stream_id = s.stream_id and t.dimension = 'HASHTAG' and t.value = any(${list})
      union all
      select value, -1 from (${sql.raw(usesOf('HASHTAG', isDouble))} and p.hashtags && ${list}) uses
      where value = any(${list})
    ) counts group by value`);
  return new Map(rows.map((row) => [row.value, row.posts]));
}

/** Counts the distinct authors of these posts, by tag; leaves out a tag without posts. */
export async function countAuthors(
  db: Database,
  tags: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const terms = sql`(select distinct unnest(${arrayOf(tags)}::text[]) as term)`;
  const rows = await db.rows<{ readonly tag: string; readonly authors: number }>(sql`
    select term as tag, authors from (${authorsIn(everything, terms)}) counted
    where authors > 0`);
  return new Map(rows.map((row) => [row.tag, row.authors]));
}

/** When a tag was first and last used, in milliseconds. */
export type TagSpan = { readonly first: number; readonly last: number };

/** Returns the span of each tag; leaves out a tag without posts. Reads both ends of its range in post_terms_term. */
export async function findSpans(
  db: Database,
  tags: readonly string[],
): Promise<ReadonlyMap<string, TagSpan>> {
  const end = (tag: string, which: 'min' | 'max') => sql`
    (select (extract(epoch from ${sql.raw(which)}(t.created_at)) * 1000)::float8 from post_terms t
      where ${standingTermsIn(everything)} and t.term = ${tag})`;
  if (tags.length === 0) return new Map();
  // One look-up for each tag: a Citus cluster refuses a look-up for each row of a list.
  const spans = tags.map(
    (tag) =>
      sql`select /* across streams: all uses */ ${tag}::text as tag, ${end(tag, 'min')} as first, ${end(tag, 'max')} as last`,
  );
  const rows = await db.rows<{
    readonly tag: string;
    readonly first: number | null;
    readonly last: number | null;
  }>(sql.join(spans, sql` union all `));
  return new Map(
    rows.flatMap(({ tag, first, last }) => (first === null || last === null ? [] : [[tag, { first, last }]])),
  );
}
