/**
 * SQL that sums values of `tally_months`, unpacked as `u`. `engaged` is shorter than the others in rows of servers
 * before 0.2.0.
 */
export const tallySums = `sum(u.posts)::int as posts, sum(u.engagement)::bigint as engagement,
  coalesce(sum(u.engaged), 0)::int as engaged`;
