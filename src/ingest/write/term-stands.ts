/** The value of `post_terms.stands` for a row `p` of posts: see the column. */
export const termStands = `p.own and p.stands and p.kind <> 'REPOST'`;
