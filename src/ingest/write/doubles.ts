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
type Fingerprint = {
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
    fingerprint: fingerprintOf(post, postKey(platform, post)),
  }));
  const fingerprints = incoming.map(({ fingerprint }) => fingerprint);
  const stored = await findFingerprints(sql, streamId, fingerprints);
  const storedIds = new Set(stored.map((fingerprint) => fingerprint.postId));
  const known = new Fingerprints([
    ...stored,
    ...fingerprints.filter((fingerprint) => storedIds.has(fingerprint.postId)),
  ]);
  return incoming.flatMap(({ post, fingerprint }) => {
    const mayBeDouble = !storedIds.has(fingerprint.postId) && !versions.has(post.platformId);
    if (mayBeDouble && known.hasDouble(fingerprint)) return [];
    known.add(fingerprint);
    return [post];
  });
}

class Fingerprints {
  readonly #byMoment = new Map<string, Fingerprint[]>();

  constructor(fingerprints: readonly Fingerprint[]) {
    for (const fingerprint of fingerprints) this.add(fingerprint);
  }

  add(fingerprint: Fingerprint): void {
    const moment = momentOf(fingerprint);
    this.#byMoment.set(moment, [...(this.#byMoment.get(moment) ?? []), fingerprint]);
  }

  hasDouble(fingerprint: Fingerprint): boolean {
    const others = this.#byMoment.get(momentOf(fingerprint)) ?? [];
    return others.some((other) => other.postId !== fingerprint.postId && saysTheSame(other, fingerprint));
  }
}

const momentOf = ({ authorId, createdAt }: Fingerprint) => `${createdAt} ${authorId}`;

/** Compares pictures too, since many posts have no text. The text of a repost tells which post it repeats. */
function saysTheSame(a: Fingerprint, b: Fingerprint): boolean {
  const sameText = a.text === b.text || isCutOf(a.text, b.text) || isCutOf(b.text, a.text);
  const sameMedia =
    a.media.length === b.media.length && a.media.every(({ url }, index) => url === b.media[index]?.url);
  return sameText && sameMedia && a.repostOf === b.repostOf;
}

function fingerprintOf(post: Seen, postId: string): Fingerprint {
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
async function findFingerprints(
  sql: Sql | TransactionSql,
  streamId: number,
  fingerprints: readonly Fingerprint[],
): Promise<readonly Fingerprint[]> {
  const instants = [...new Set(fingerprints.map((fingerprint) => fingerprint.createdAt))];
  const rows = await sql<(Omit<Fingerprint, 'media'> & { media: Fingerprint['media'] | null })[]>`
    select post_id as "postId", author_id as "authorId", (extract(epoch from created_at) * 1000)::float8 as "createdAt",
      text, case when kind = 'REPOST' then repost_of end as "repostOf", media
    from posts
    where stream_id = ${streamId}
      and (created_at = any(${instants.map(toIso)}::timestamptz[])
        or post_id = any(${fingerprints.map((fingerprint) => fingerprint.postId)}::uuid[]))`;
  return rows.map((row) => ({ ...row, media: row.media ?? [] }));
}
