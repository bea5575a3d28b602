/**
 * A condition on `p` (posts) for `usesOf`: rows of posts that another stream's row represents. The sum of the tallies
 * of all streams counts these posts too often. Served by posts_doubles, an index of these few rows.
 */
export const isDouble = 'not p.stands';
