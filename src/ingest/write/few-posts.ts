import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import { engagementOf } from '../../shared/metrics.ts';
import { searchVector } from '../../shared/search-words.ts';
import type { NewRow } from './posts.ts';
import { badgesOf, listOf, type PostRow, searchRules, wordsOf } from './row.ts';
import { termStands } from './term-stands.ts';

/**
 * A batch of at most this many posts goes as one parameter of one statement, sent together with its other writes. A
 * larger batch goes by COPY, which is cheaper per post but takes three round trips per table.
 */
export const fewPosts = 50;

type Value = string | number | boolean | null | readonly string[];
/** A column's name and type, and its value for a row. JSON is passed as text. */
type Column = readonly [name: string, type: string, of: (row: PostRow) => Value];

const instant = (ms: number): string => toIso(Math.trunc(ms));

/** The columns of `posts` except the stream, the time of collection, and `stands`. */
const columns: readonly Column[] = [
  ['post_id', 'uuid', (row) => row.postId],
  ['platform_id', 'uuid', (row) => row.platformId],
  ['created_at', 'timestamptz', (row) => instant(row.createdAt)],
  ['hour_unknown', 'boolean', (row) => row.hourUnknown],
  ['observed_at', 'timestamptz', (row) => instant(row.observedAt)],
  ['seen_at', 'timestamptz', ({ seenAt, observedAt }) => (seenAt === observedAt ? null : instant(seenAt))],
  ['told_at', 'json', (row) => row.toldAt],
  ['likes', 'bigint', (row) => row.likes],
  ['reposts', 'bigint', (row) => row.reposts],
  ['replies', 'bigint', (row) => row.replies],
  ['quotes', 'bigint', (row) => row.quotes],
  ['bookmarks', 'bigint', (row) => row.bookmarks],
  ['impressions', 'bigint', (row) => row.impressions],
  ['impressions_estimated', 'boolean', (row) => row.impressionsEstimated],
  ['engagement', 'bigint', engagementOf],
  ['bits', 'int', (row) => row.bits],
  ['is_first', 'boolean', (row) => row.isFirst],
  ['is_returning', 'boolean', (row) => row.isReturning],
  ['sentiment', 'smallint', (row) => row.sentiment],
  ['own', 'boolean', (row) => row.own],
  ['kind', 'post_kind', (row) => row.kind],
  ['provider', 'provider', (row) => row.provider],
  ['author_id', 'text', (row) => row.authorId],
  ['text', 'text', (row) => row.text],
  ['language', 'text', (row) => row.language],
  ['client', 'text', (row) => row.client],
  ['reply_to', 'text', (row) => row.replyTo],
  ['repost_of', 'text', (row) => row.repostOf],
  ['parent_id', 'uuid', (row) => row.parentId],
  ['quoted_id', 'uuid', (row) => row.quotedId],
  ['reposted_id', 'uuid', (row) => row.repostedId],
  ['hashtags', 'text[]', (row) => listOf(row, row.hashtags)],
  ['mentions', 'text[]', (row) => listOf(row, row.mentions)],
  ['cashtags', 'text[]', (row) => listOf(row, row.cashtags)],
  ['urls', 'text[]', (row) => listOf(row, row.urls)],
  ['domains', 'text[]', (row) => listOf(row, row.domains)],
  ['emoji', 'text[]', (row) => listOf(row, row.emoji)],
  ['words', 'text[]', (row) => wordsOf(row).list],
  ['media', 'json', (row) => row.media],
  ['emotes', 'json', (row) => row.emotes],
  ['badges', 'text[]', (row) => badgesOf(row).list],
  ['message_words', 'text', (row) => wordsOf(row).text],
  ['message_badges', 'text', (row) => badgesOf(row).text],
  ['search_rules', 'smallint', () => searchRules],
  ['search', 'tsvector', (row) => searchVector(row.text, row.language, row.hashtags, row.mentions)],
];

/** Formats rows as JSON for `insertFewPosts`, one piece per row. */
export function* fewPieces(rows: Iterable<NewRow>): Generator<Buffer, void> {
  let before = '[';
  for (const { row, stands } of rows) {
    const values = Object.fromEntries(columns.map(([name, , of]) => [name, of(row)]));
    yield Buffer.from(before + JSON.stringify({ stands, ...values }));
    before = ',';
  }
}

const names = columns.map(([name]) => name).join(', ');
const isJson = (type: string) => type === 'json';
const typed = columns.map(([name, type]) => `${name} ${isJson(type) ? 'text' : type}`).join(', ');
const values = columns.map(([name, type]) => (isJson(type) ? `p.${name}::json` : `p.${name}`)).join(', ');

const statement = `
  with p as materialized (
    select * from json_to_recordset($3::text::json) as p (stands boolean, ${typed})
  ), added as (
    insert into posts (stream_id, collected_at, stands, ${names})
    select $1::int, $2::timestamptz, p.stands, ${values} from p
  )
  insert into post_terms (stream_id, term, created_at, post_id, author_id, stands)
  select $1::int, term, p.created_at, p.post_id, p.author_id, ${termStands} from p, unnest(p.hashtags) as term`;

/** Inserts a few new posts with their terms. */
export async function insertFewPosts(
  tx: TransactionSql,
  streamId: number,
  collectedAt: number,
  pieces: readonly Buffer[],
): Promise<void> {
  const rows = `${Buffer.concat(pieces)}]`;
  await tx.unsafe(statement, [streamId, instant(collectedAt), rows], { prepare: true });
}
