import type { PendingQuery, Row, TransactionSql } from 'postgres';

type Part = PendingQuery<Row[]>;

/**
 * Sums rows of `trend_buckets` to rows of a larger size. `sums`: a query of (platform, kind, start), with a row `sum`
 * for each new row; `parts`: the condition on the rows `b` that belong to it. Each sum is grouped separately: one
 * grouping of all would need a sort to bring the lists together, in three times the time.
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
