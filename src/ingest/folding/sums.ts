import type { PendingQuery, Row, TransactionSql } from 'postgres';

type Part = PendingQuery<Row[]>;

/**
 * Adds rows of `trend_buckets` up to rows of a size. `sums`: a query of (platform, kind, start), one row for each that is made, as
 * `sum`; `parts`: which rows `b` of its platform and kind it is made of. Each is grouped by itself: in one grouping all
 * would be sorted, as lists have to come together, in three times the time.
 */
export async function addUp(
  tx: TransactionSql,
  { size, sums, parts }: { readonly size: string; readonly sums: Part; readonly parts: Part },
): Promise<number> {
  const made = await tx`
    insert into trend_buckets (platform, kind, size, start, terms, posts, author_hours, all_author_hours)
    select sum.platform, sum.kind, ${size}, sum.start, lists.* from (${sums}) sum cross join lateral (
      select array_agg(term), array_agg(posts), array_agg(author_hours), sum(author_hours) from (
        select term, sum(posts)::int as posts, sum(author_hours)::int as author_hours from (
          select unnest(b.terms) as term, unnest(b.posts) as posts, unnest(b.author_hours) as author_hours
          from trend_buckets b where b.kind = sum.kind and b.platform = sum.platform and ${parts}
        ) each group by term
      ) by_term offset 0
    ) lists`;
  return made.count;
}
