import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { toIso } from '../../shared/instant.ts';

/** A hashtag in a window, half-open, in milliseconds. */
export type TagWindow = { readonly tag: string; readonly from: number; readonly to: number };

/** Matches the uses `t` (post_terms) of a tag that count, each post once. Served by post_terms_tag. */
const uses = ({
  tag,
  from,
  to,
}: TagWindow): SQL => sql`/* across streams: all uses of a hashtag */ t.term = ${tag} and t.stands
  and t.created_at >= ${toIso(from)} and t.created_at < ${toIso(to)}`;

/** A minute with posts that use the tag. Sentiment is the sum of the scored ones, in ten-thousandths. */
export type MinuteRow = {
  /** Whole minutes of the clock, since 1970. */
  readonly minute: number;
  /** Whether the posts are in the window. The minute in which the window begins comes twice. */
  readonly isWithin: boolean;
  readonly posts: number;
  readonly sentiment: number;
  readonly scored: number;
};

/**
 * Returns the minutes of the window, and of the window before it, in which the tag was used. Each use probes the
 * primary key of posts.
 */
export async function listMinutes(db: Database, { tag, from, to }: TagWindow): Promise<readonly MinuteRow[]> {
  return db.rows<MinuteRow>(sql`
    select floor(extract(epoch from t.created_at) / 60)::int as minute, t.created_at >= ${toIso(from)} as "isWithin",
      count(*)::float8 as posts, coalesce(sum(p.sentiment), 0)::float8 as sentiment, count(p.sentiment)::float8 as scored
    from post_terms t join posts p on p.stream_id = t.stream_id and p.post_id = t.post_id
    where ${uses({ tag, from: 2 * from - to, to })} group by 1, 2`);
}

/** An author with their posts of the window. */
export type AuthorRow = { readonly streamId: number; readonly authorId: string; readonly posts: number };

/** Returns the authors who used the tag most in the window; ties by id. Reads post_terms_tag alone. */
export async function listAuthors(
  db: Database,
  window: TagWindow,
  first: number,
): Promise<readonly AuthorRow[]> {
  return db.rows<AuthorRow>(sql`
    select min(t.stream_id) as "streamId", t.author_id as "authorId", count(*)::float8 as posts
    from post_terms t where ${uses(window)}
    group by t.author_id order by posts desc, t.author_id collate "C" limit ${first}`);
}

/** A post of the window. */
export type UseRow = {
  readonly streamId: number;
  readonly postId: string;
  readonly authorId: string;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly text: string;
  readonly parentId: string | null;
  readonly quotedId: string | null;
};

/** Returns the newest posts of the window that use the tag, at most `limit`, oldest first. */
export async function listNewestUses(
  db: Database,
  window: TagWindow,
  limit: number,
): Promise<readonly UseRow[]> {
  return db.rows<UseRow>(sql`
    select p.stream_id as "streamId", p.post_id as "postId", p.author_id as "authorId",
      (extract(epoch from p.created_at) * 1000)::float8 as "createdAt", p.text, p.parent_id as "parentId", p.quoted_id as "quotedId"
    from (select t.stream_id, t.post_id from post_terms t where ${uses(window)}
      order by t.created_at desc, t.post_id desc limit ${limit}) t
    join posts p on p.stream_id = t.stream_id and p.post_id = t.post_id
    order by p.created_at, p.post_id`);
}

/** A hashtag used beside another. */
export type BesideRow = { readonly tag: string; readonly posts: number };

/** Returns the hashtags that most posts with the tag have too; ties are alphabetical. */
export async function listBeside(
  db: Database,
  window: TagWindow,
  first: number,
): Promise<readonly BesideRow[]> {
  return db.rows<BesideRow>(sql`
    select other as tag, count(*)::float8 as posts
    from post_terms t join posts p on p.stream_id = t.stream_id and p.post_id = t.post_id
    cross join unnest(p.hashtags) as other
    where ${uses(window)} and other <> ${window.tag}
    group by other order by posts desc, other collate "C" limit ${first}`);
}

/** The posts that use a hashtag in the window, and in the window of the same length before it. */
export type UsedRow = { readonly tag: string; readonly now: number; readonly before: number };

/** Counts the uses of several tags. Reads post_terms_tag alone. */
export async function countUses(
  db: Database,
  tags: readonly string[],
  { from, to }: Omit<TagWindow, 'tag'>,
): Promise<readonly UsedRow[]> {
  if (tags.length === 0) return [];
  return db.rows<UsedRow>(sql`
    select /* across streams: all uses of some hashtags */ t.term as tag, count(*) filter (where t.created_at >= ${toIso(from)})::float8 as now,
      count(*) filter (where t.created_at < ${toIso(from)})::float8 as before
    from post_terms t where t.term = any(${arrayOf(tags)}::text[]) and t.stands
      and t.created_at >= ${toIso(2 * from - to)} and t.created_at < ${toIso(to)}
    group by t.term`);
}

/** Counts the posts of the window, with or without a hashtag, each once, without reposts. Served by posts_newest. */
export async function countPosts(db: Database, { from, to }: Omit<TagWindow, 'tag'>): Promise<number> {
  const [row] = await db.rows<{ posts: number }>(sql`
    select /* across streams: all posts of a window */ count(*)::float8 as posts from posts p where p.own and p.stands and p.kind <> 'REPOST'
      and p.created_at >= ${toIso(from)} and p.created_at < ${toIso(to)}`);
  return row?.posts ?? 0;
}
