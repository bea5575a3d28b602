import type { Sql, TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import { postKey } from '../../shared/post-key.ts';
import type { Media, NormalisedPost } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { isCutOf } from './merge.ts';
import { storableAuthor, storableMedia, storableName, storableText } from '../enrich/storable.ts';
import { authorKey } from './row.ts';

type Seen = Pick<
  NormalisedPost,
  'platformId' | 'author' | 'createdAt' | 'kind' | 'text' | 'repostOf' | 'media'
>;

/** The features by which a post is recognised under another id. */
type Look = {
  readonly postId: string;
  readonly authorId: string;
  readonly createdAt: number;
  readonly text: string;
  /** The handle of the reposted author; null for every other post. */
  readonly repostOf: string | null;
  readonly media: readonly Pick<Media, 'url'>[];
};

/**
 * Removes posts that repeat another one under a second id: same author, same instant, same content. X does not let
 * authors post such doubles, so they come from a service that assigns new ids, or from an edit without a change. The
 * stored post stays, otherwise the first. A post whose own id is stored is never removed, nor one in `versions`, which
 * are known edits.
 */
export async function withoutDoubles<Post extends Seen>(
  sql: Sql | TransactionSql,
  { streamId, platform }: Pick<Source, 'streamId' | 'platform'>,
  posts: readonly Post[],
  versions: ReadonlySet<string> = new Set(),
): Promise<readonly Post[]> {
  if (posts.length === 0) return posts;
  const incoming = posts.map((post) => ({
    post,
    look: lookOf(post, postKey(platform, post)),
  }));
  const looks = incoming.map(({ look }) => look);
  const stored = await findLooks(sql, streamId, looks);
  const storedIds = new Set(stored.map((look) => look.postId));
  const known = new Looks([...stored, ...looks.filter((look) => storedIds.has(look.postId))]);
  return incoming.flatMap(({ post, look }) => {
    const mayBeDouble = !storedIds.has(look.postId) && !versions.has(post.platformId);
    if (mayBeDouble && known.hasDouble(look)) return [];
    known.add(look);
    return [post];
  });
}

class Looks {
  readonly #byMoment = new Map<string, Look[]>();

  constructor(looks: readonly Look[]) {
    for (const look of looks) this.add(look);
  }

  add(look: Look): void {
    const moment = momentOf(look);
    this.#byMoment.set(moment, [...(this.#byMoment.get(moment) ?? []), look]);
  }

  hasDouble(look: Look): boolean {
    const others = this.#byMoment.get(momentOf(look)) ?? [];
    return others.some((other) => other.postId !== look.postId && saysTheSame(other, look));
  }
}

const momentOf = ({ authorId, createdAt }: Look) => `${createdAt} ${authorId}`;

/** Compares pictures too, since many posts have no text. The text of a repost tells which post it repeats. */
function saysTheSame(a: Look, b: Look): boolean {
  const sameText = a.text === b.text || isCutOf(a.text, b.text) || isCutOf(b.text, a.text);
  const sameMedia =
    a.media.length === b.media.length && a.media.every(({ url }, index) => url === b.media[index]?.url);
  return sameText && sameMedia && a.repostOf === b.repostOf;
}

function lookOf(post: Seen, postId: string): Look {
  const reposted = post.kind === 'REPOST' ? (post.repostOf?.handle ?? null) : null;
  return {
    postId,
    authorId: authorKey(storableAuthor(post.author)),
    createdAt: post.createdAt,
    text: storableText(post.text),
    repostOf: storableName(reposted)?.toLowerCase() ?? null,
    media: storableMedia(post.media),
  };
}

/** Stored posts with the same instants or ids. One index probe each: on (stream_id, created_at) and the primary key. */
async function findLooks(
  sql: Sql | TransactionSql,
  streamId: number,
  looks: readonly Look[],
): Promise<readonly Look[]> {
  const instants = [...new Set(looks.map((look) => look.createdAt))];
  const rows = await sql<(Omit<Look, 'media'> & { media: Look['media'] | null })[]>`
    select post_id as "postId", author_id as "authorId", (extract(epoch from created_at) * 1000)::float8 as "createdAt",
      text, case when kind = 'REPOST' then repost_of end as "repostOf", media
    from posts
    where stream_id = ${streamId}
      and (created_at = any(${instants.map(toIso)}::timestamptz[])
        or post_id = any(${looks.map((look) => look.postId)}::uuid[]))`;
  return rows.map((row) => ({ ...row, media: row.media ?? [] }));
}
