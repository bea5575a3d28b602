import type { TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { toIso } from '../../shared/instant.ts';
import { engagementOf } from '../../shared/metrics.ts';
import { searchVector } from '../../shared/search-words.ts';
import { type BinaryRows, binaryRowPieces, joinedPieces } from './binary-rows.ts';
import { copyPieces } from './copy.ts';
import { termColumns } from './copy-terms.ts';
import { badgesOf, listOf, type PostRow, searchRules, wordsOf } from './row.ts';
import { uuidArray } from './stored.ts';
import { termStands } from './term-stands.ts';

const postColumns = [
  'stream_id',
  'post_id',
  'platform_id',
  'created_at',
  'hour_unknown',
  'collected_at',
  'observed_at',
  'seen_at',
  'told_at',
  'likes',
  'reposts',
  'replies',
  'quotes',
  'bookmarks',
  'impressions',
  'impressions_estimated',
  'engagement',
  'bits',
  'is_first',
  'is_returning',
  'sentiment',
  'own',
  'kind',
  'provider',
  'author_id',
  'text',
  'language',
  'client',
  'reply_to',
  'repost_of',
  'parent_id',
  'quoted_id',
  'reposted_id',
  'hashtags',
  'mentions',
  'cashtags',
  'urls',
  'domains',
  'emoji',
  'words',
  'media',
  'emotes',
  'badges',
  'message_words',
  'message_badges',
  'search_rules',
  'search',
  'stands',
] as const;

/** A row to be inserted. */
export type NewRow = {
  readonly row: PostRow;
  /** Whether the row is expected to stand across streams. */
  readonly stands: boolean;
};

/** Formats rows for `insertPosts`: pieces of a COPY in the binary format. */
export const postPieces = (
  streamId: number,
  rows: Iterable<NewRow>,
  collectedAt: number,
): Generator<Buffer, void> =>
  binaryRowPieces(rows, postColumns.length, (into, row) => writePost(into, streamId, row, collectedAt));

/** Appends a row without the header and trailer of a COPY: see `joinedPieces`. */
export function addPost(into: BinaryRows, streamId: number, row: NewRow, collectedAt: number): void {
  into.row(postColumns.length);
  writePost(into, streamId, row, collectedAt);
}

/** Writes the fields in the order of the columns. */
function writePost(into: BinaryRows, streamId: number, { row, stands }: NewRow, collectedAt: number): void {
  into.integer(streamId);
  into.uuid(row.postId);
  into.uuid(row.platformId);
  into.timestamptz(row.createdAt);
  into.boolean(row.hourUnknown);
  into.timestamptz(collectedAt);
  into.timestamptz(row.observedAt);
  if (row.seenAt === row.observedAt) into.null();
  else into.timestamptz(row.seenAt);
  into.text(row.toldAt);
  into.bigint(row.likes);
  into.bigint(row.reposts);
  into.bigint(row.replies);
  into.bigint(row.quotes);
  into.bigint(row.bookmarks);
  into.bigint(row.impressions);
  into.boolean(row.impressionsEstimated);
  into.bigint(engagementOf(row));
  into.integer(row.bits);
  into.boolean(row.isFirst);
  into.boolean(row.isReturning);
  into.smallint(row.sentiment);
  into.boolean(row.own);
  into.text(row.kind);
  into.text(row.provider);
  into.text(row.authorId);
  into.text(row.text);
  into.text(row.language);
  into.text(row.client);
  into.text(row.replyTo);
  into.text(row.repostOf);
  into.uuid(row.parentId);
  into.uuid(row.quotedId);
  into.uuid(row.repostedId);
  into.texts(listOf(row, row.hashtags));
  into.texts(listOf(row, row.mentions));
  into.texts(listOf(row, row.cashtags));
  into.texts(listOf(row, row.urls));
  into.texts(listOf(row, row.domains));
  into.texts(listOf(row, row.emoji));
  const words = wordsOf(row);
  const badges = badgesOf(row);
  into.texts(words.list);
  into.text(row.media);
  into.text(row.emotes);
  into.texts(badges.list);
  into.text(words.text);
  into.text(badges.text);
  into.smallint(searchRules);
  into.tsvector(searchVector(row.text, row.language, row.hashtags, row.mentions));
  into.boolean(stands);
}

/** Inserts new posts; their rows are pieces of a COPY. */
export const insertPosts = (tx: TransactionSql, pieces: Iterable<Buffer>): Promise<void> =>
  copyPieces(tx, 'posts', postColumns, pieces, 'binary');

/** Like `insertPosts`, for several streams, whose rows `addPost` wrote separately. */
export const insertPostsOf = (tx: TransactionSql, rows: Iterable<Buffer>): Promise<void> =>
  insertPosts(tx, joinedPieces(rows));

/** Inserts the terms of stored posts from their rows. By the primary key. */
async function insertTermsOf(tx: TransactionSql, streamId: number, postIds: readonly string[]) {
  if (postIds.length === 0) return;
  await tx.unsafe(
    `insert into post_terms (${termColumns.join(', ')})
     select p.stream_id, term, p.created_at, p.post_id, p.author_id, ${termStands}
     from ${keyRows(['$2::uuid[]'], ['id'])} k, posts p, unnest(p.hashtags) as term
     where p.stream_id = $1 and p.post_id = k.id`,
    [streamId, uuidArray(postIds)],
  );
}

/** A stored post, and its new row. */
export type PostChange = { readonly stored: PostRow; readonly row: PostRow };

/** Replaces stored rows; the time of first collection stays. */
export async function updatePosts(tx: TransactionSql, streamId: number, changes: readonly PostChange[]) {
  if (changes.length === 0) return;
  const rows = changes.map((change) => change.row);
  await tx.unsafe(
    `create temp table if not exists changed_posts (like posts including defaults) on commit delete rows`,
  );
  // Deletes the rows of an earlier update in the same transaction, which may be older versions of the same posts.
  await tx.unsafe(`truncate changed_posts`);
  // The time is not used: the statement below keeps that column, and `stands`.
  const pieces = postPieces(
    streamId,
    map(rows, (row) => ({ row, stands: true })),
    0,
  );
  await copyPieces(tx, 'changed_posts', postColumns, pieces, 'binary');
  const kept = new Set(['stream_id', 'post_id', 'collected_at', 'stands']);
  const assignments = postColumns.filter((name) => !kept.has(name)).map((name) => `${name} = c.${name}`);
  await tx.unsafe(
    `update posts p set ${assignments.join(', ')} from changed_posts c
     where p.stream_id = $1 and c.stream_id = p.stream_id and c.post_id = p.post_id`,
    [streamId],
  );
  const retagged = changes.filter(({ stored, row }) => !sameTerms(stored, row));
  // Also deletes the terms that are about to be inserted: when terms and posts disagree, a rebuild must be able to
  // repair them.
  await removeTerms(
    tx,
    streamId,
    retagged.flatMap(({ stored, row }) => [stored, row]),
  );
  await insertTermsOf(
    tx,
    streamId,
    retagged.map(({ row }) => row.postId),
  );
}

/** Saves that posts were seen again unchanged. */
export async function updateSeen(tx: TransactionSql, streamId: number, rows: readonly PostRow[]) {
  if (rows.length === 0) return;
  const seen = keyRows(['$2::uuid[]', '$3::timestamptz[]', '$4::text[]'], ['post_id', 'seen_at', 'told_at']);
  await tx.unsafe(
    `update posts p set seen_at = nullif(c.seen_at, p.observed_at), told_at = c.told_at::json
     from ${seen} c where p.stream_id = $1 and p.post_id = c.post_id`,
    [
      streamId,
      rows.map(({ postId }) => postId),
      rows.map(({ seenAt }) => toIso(seenAt)),
      rows.map(({ toldAt }) => toldAt),
    ],
    { prepare: true },
  );
}

/** Deletes posts of the stream with their terms and metric history. */
export async function deletePosts(tx: TransactionSql, streamId: number, rows: readonly PostRow[]) {
  const ids = rows.map((row) => row.postId);
  await removeTerms(tx, streamId, rows);
  await tx`delete from metric_history where stream_id = ${streamId} and post_id = any(${ids}::uuid[])`;
  await tx.unsafe(
    `delete from posts p using ${keyRows(['$2::uuid[]'], ['id'])} k where p.stream_id = $1 and p.post_id = k.id`,
    [streamId, uuidArray(ids)],
    { prepare: true },
  );
}

/** By the whole primary key: by post alone it would read all terms of the stream. */
async function removeTerms(tx: TransactionSql, streamId: number, rows: readonly PostRow[]) {
  const terms = rows.flatMap((row) =>
    row.hashtags.map((tag) => ({ tag, createdAt: toIso(row.createdAt), postId: row.postId })),
  );
  if (terms.length === 0) return;
  const gone = keyRows(['$2::text[]', '$3::timestamptz[]', '$4::uuid[]'], ['term', 'created_at', 'post_id']);
  await tx.unsafe(
    `delete from post_terms t using ${gone} k
     where t.stream_id = $1 and t.term = k.term and t.created_at = k.created_at and t.post_id = k.post_id`,
    [
      streamId,
      terms.map(({ tag }) => tag),
      terms.map(({ createdAt }) => createdAt),
      terms.map(({ postId }) => postId),
    ],
    { prepare: true },
  );
}

/** Whether two versions of a post have the same rows in `post_terms`. */
const sameTerms = (a: PostRow, b: PostRow) =>
  a.createdAt === b.createdAt &&
  a.authorId === b.authorId &&
  a.own === b.own &&
  (a.kind === 'REPOST') === (b.kind === 'REPOST') &&
  a.hashtags.length === b.hashtags.length &&
  a.hashtags.every((tag, index) => tag === b.hashtags[index]);

function* map<T, U>(values: Iterable<T>, change: (value: T) => U): Generator<U> {
  for (const value of values) yield change(value);
}
