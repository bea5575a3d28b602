const others = `any(array(select stream_id from streams where kind <> 'ACCOUNT'))`;

/**
 * A condition on `p` (posts) that holds for what a topic or channel found, once each: for a post that several have, in
 * the one added first; for one that its author's own followed account has, in none. An account's own posts are in no
 * other account, so that accounts' rollups and these posts add up. Each probe is one of posts' primary key.
 */
export const foundOnce = `p.stream_id = ${others}
  and not exists (select 1 from posts q
    where q.stream_id = ${others} and q.stream_id < p.stream_id and q.post_id = p.post_id and q.own)
  and not exists (select 1 from accounts a join posts q on q.stream_id = a.stream_id
    where a.platform_id = p.author_id and q.post_id = p.post_id and q.own)
  and not exists (select 1 from authors w join accounts a on lower(a.handle) = lower(w.handle)
    join posts q on q.stream_id = a.stream_id
    where w.stream_id = p.stream_id and w.author_id = p.author_id and a.platform_id is null
      and q.post_id = p.post_id and q.own)`;
