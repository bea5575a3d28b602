/**
 * A condition on `p` (posts) for `usesOf`: rows of posts for which another stream's row stands. Streams' tallies, added up,
 * count them once too often. Served by posts_doubles, an index of these few rows.
 */
export const isDouble = 'not p.stands';
