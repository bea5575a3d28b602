/** What `post_terms.stands` is for the terms of a row `p` of posts: see the column. */
export const termStands = `p.own and p.stands and p.kind <> 'REPOST'`;
