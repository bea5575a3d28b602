import type { Sql, TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import type { PostRow } from '../write/row.ts';
import { uuidArray } from '../write/stored.ts';
import { hourOf } from '../../shared/trend.ts';

/**
 * The hours whose trends a transaction changes. Until they are folded again, windows that contain them are counted from
 * the posts, so a window is right as soon as the transaction commits.
 */
export class TrendChanges {
  readonly #hours = new Set<number>();

  /** Adds a post that is inserted or deleted. */
  add(row: PostRow): void {
    if (trends(row)) this.#hours.add(hourOf(row.createdAt));
  }

  /** Adds a post that changes. */
  replace(stored: PostRow, row: PostRow): void {
    if (sameTrends(stored, row)) return;
    this.add(stored);
    this.add(row);
  }

  async save(tx: TransactionSql): Promise<void> {
    await noteHours(tx, [...this.#hours]);
  }
}

/**
 * Marks clock hours whose posts changed. Call it in the transaction that changes them. The mark has no time yet: the
 * first folding that sees it sets the time (see `takeHours`).
 */
export async function noteHours(tx: TransactionSql, hours: readonly number[]): Promise<void> {
  if (hours.length === 0) return;
  // Hours before the folded days are never folded, since the days only move forward.
  await tx`
    insert into trend_changes (hours, changed_at)
    select array_agg(hour), 'infinity' from unnest(${hours as number[]}::int[]) as hour
    where hour >= (select extract(epoch from folded_from) / 3600 from trend_folding)
    having count(*) > 0`; // safe: it is only read
}

/** Marks all hours of a stream: before it is deleted, or when its posts changed without marks. */
export async function noteStream(tx: TransactionSql, streamId: number): Promise<void> {
  await tx`
    insert into trend_changes (hours, changed_at)
    select array_agg(distinct floor(extract(epoch from created_at) / 3600)::int), 'infinity'
    from posts where stream_id = ${streamId} and created_at >= (select folded_from from trend_folding)
    having count(*) > 0`;
}

/** Marks the hours of some posts of a stream. */
export async function notePosts(
  tx: TransactionSql,
  streamId: number,
  postIds: readonly string[],
): Promise<void> {
  await tx.unsafe(
    `insert into trend_changes (hours, changed_at)
     select array_agg(distinct floor(extract(epoch from created_at) / 3600)::int), 'infinity'
     from ${keyRows(['$2::uuid[]'], ['id'])} k join posts p on p.stream_id = $1 and p.post_id = k.id
     where created_at >= (select folded_from from trend_folding)
     having count(*) > 0`,
    [streamId, uuidArray(postIds)],
    { prepare: true },
  );
}

/** Marks every folded hour, so that all are counted again. Counts of hours without posts are deleted. */
export async function noteFolded(sql: Sql): Promise<void> {
  await sql`
    insert into trend_changes (hours, changed_at)
    select array_agg(distinct floor(extract(epoch from start) / 3600)::int), 'infinity' from (
      select start from trend_buckets where size = 'HOUR' union select day from trend_authors
    ) folded having count(*) > 0`;
}

const trends = ({ own, kind, hashtags, mentions, words }: PostRow): boolean =>
  own && kind !== 'REPOST' && hashtags.length + mentions.length + words.length > 0;

const sameTrends = (a: PostRow, b: PostRow): boolean =>
  a.createdAt === b.createdAt &&
  a.own === b.own &&
  a.kind === b.kind &&
  a.authorId === b.authorId &&
  sameList(a.hashtags, b.hashtags) &&
  sameList(a.mentions, b.mentions) &&
  sameList(a.words, b.words);

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
