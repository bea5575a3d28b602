/**
 * What values of `tally_months`, unpacked as `u`, add up to. `engaged` is shorter than the others where a server of before
 * 0.2.0 wrote it.
 */
export const tallySums = `sum(u.posts)::int as posts, sum(u.engagement)::bigint as engagement,
  coalesce(sum(u.engaged), 0)::int as engaged`;
