import { randomInt } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { chatterMarks, type ChatterMark, markOf } from '../../shared/chatter-marks.ts';
import { toIso } from '../../shared/instant.ts';
import { read } from '../kernel/read.ts';
import type { Span, StatsScope } from '../kernel/scope.ts';
import { raggedOf, type Tally, talliesOf, tallyPartsOf, wholeMonths } from '../kernel/tallies.ts';
import type { Duplicates, MessageCounts } from './compute.ts';
import { countRepeated } from './compute.ts';

/** Most messages that are searched for duplicates: the newest of the range. */
export const comparedMax = 100_000;

/** Author ids as one argument of a read, and back. A Twitch id is a number, or @ and a login. */
export const joinIds = (ids: readonly string[]): string => ids.join(',');
const idsOf = (joined: string): SQL => sql`${arrayOf(joined === '' ? [] : joined.split(','))}::text[]`;

/** The ids, joined by commas, of the stream's authors with these logins. Served by authors_handles. */
export const findAuthorIds = read(
  ({ streamId }, logins: string) =>
    logins === ''
      ? null
      : sql`select author_id as id from authors where stream_id = ${streamId} and lower(handle) = any(${idsOf(logins)})
          order by 1`,
  (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id),
);

/** Message counts of some authors, most first. */
export const listTalliesOf = read(
  (scope, ids: string) => {
    const tallies = ids === '' ? null : talliesOf(scope, 'AUTHOR');
    return (
      tallies &&
      sql`select value, posts, engagement, engaged from (${tallies}) t where value = any(${idsOf(ids)})
        order by posts desc, value collate "C"`
    );
  },
  (tallies: readonly Tally[]) => tallies,
);

/** Counts all authors except some. Served by the tally's primary key. */
export const countChatters = read(
  (scope, without: string) => {
    const tallies = talliesOf(scope, 'AUTHOR');
    return (
      tallies &&
      sql`select count(*)::float8 as count from (${tallies}) t where value <> all(${idsOf(without)})`
    );
  },
  ([row]: readonly { readonly count: number }[]) => row?.count ?? 0,
);

/** A condition on `p`: the messages of a scope. Served by posts_created. */
const messagesIn = ({ streamId }: StatsScope, { from, to }: Span) => sql`p.stream_id = ${streamId} and p.own
  and p.kind = 'MESSAGE' and p.created_at >= ${toIso(from)}::timestamptz and p.created_at < ${toIso(to)}::timestamptz`;

/** The counted traits, by the letter of their mark. */
const counted = { emoteOnly: 'E', questions: 'Q', commands: 'C', mentioning: 'M' } as const satisfies Record<
  string,
  ChatterMark
>;
const sumOf = (mark: string, name: string) =>
  sql`coalesce(sum(posts) filter (where mark = ${mark}), 0)::float8 as ${sql.raw(`"${name}"`)}`;

/**
 * Counts the messages of some authors by trait. When the range has everything, from the totals, by their primary key.
 * Otherwise from whole months, and from the posts at the partial ends of the range, by posts_chatter, which reads all
 * messages of these authors.
 */
export const countMessagesBy = read(
  (scope, ids: string) => {
    if (scope.span === null || ids === '') return null;
    const authors = ids.split(',');
    const marks = Object.values(counted).flatMap((mark) => authors.map((id) => markOf(mark, id)));
    const isTheirs = sql`(dimension = 'AUTHOR' and value = any(${idsOf(ids)})
      or dimension = 'CHATTER' and value = any(${arrayOf(marks)}::text[]))`;
    const markOfValue = sql`case dimension when 'AUTHOR' then 'P' else left(value, 1) end as mark`;
    return sql`select ${sumOf('P', 'posts')}, ${sql.join(
      Object.entries(counted).map(([name, mark]) => sumOf(mark, name)),
      sql`, `,
    )} from (${partsOf(scope, {
      totals: sql`select ${markOfValue}, posts from tally_totals where stream_id = ${scope.streamId} and ${isTheirs}`,
      months: (months) => sql`select ${markOfValue}, posts from (
          select 'AUTHOR' as dimension, value, posts from (${tallyPartsOf(scope, 'AUTHOR', months)}) a
          union all select 'CHATTER', value, posts from (${tallyPartsOf(scope, 'CHATTER', months)}) c) t where ${isTheirs}`,
      posts: (where) => sql`select mark, has::int as posts
        from posts p cross join lateral (values ('P', true), ${sql.join(
          Object.values(counted).map((mark) => sql`(${mark}, (${sql.raw(chatterMarks[mark].sql)}))`),
          sql`, `,
        )}) as marks (mark, has)
        where p.stream_id = ${scope.streamId} and p.own and p.kind = 'MESSAGE' and ${where} and p.author_id = any(${idsOf(ids)})`,
    })}) parts`;
  },
  ([row]: readonly MessageCounts[]): MessageCounts =>
    row ?? { posts: 0, emoteOnly: 0, questions: 0, commands: 0, mentioning: 0 },
);

type Parts = {
  /** For all time. */
  readonly totals: SQL;
  /** For whole months. */
  readonly months: (months: Span) => SQL;
  /** For the posts that match a condition on `p`. */
  readonly posts: (where: SQL) => SQL;
};

/**
 * Combines the parts of a scope: the totals when it has everything; otherwise whole months, and posts outside of them.
 */
function partsOf(scope: StatsScope, { totals, months, posts }: Parts): SQL {
  if (scope.complete) return totals;
  const whole = wholeMonths(scope);
  const parts = raggedOf(scope, whole).map(posts);
  if (whole !== null) parts.push(months(whole));
  return sql.join(parts, sql` union all `);
}

/**
 * Counts how many of the newest messages repeat a recent one: a walk back along posts_created, up to `comparedMax`. Texts are compared here by
 * a hash of 64 bits: sorting the texts took more than half of the time. The seed is new each time, so that nobody can make texts whose hashes
 * are equal.
 */
export const countDuplicates = read(
  (scope, without: string) =>
    scope.span &&
    sql`select count(*)::int as compared, encode(string_agg(int8send(hashtextextended(text, ${randomInt(2 ** 47)}::bigint)), ''::bytea), 'base64') as hashes,
        encode(string_agg(int8send((date_part('epoch', created_at) * 1000)::bigint), ''::bytea), 'base64') as instants
      from (select p.text, p.created_at from posts p
        where ${messagesIn(scope, scope.span)} and p.author_id <> all(${idsOf(without)})
        order by p.created_at desc, p.post_id desc limit ${comparedMax}) newest`,
  ([row]: readonly (Pick<Duplicates, 'compared'> & HashedTexts)[]): Duplicates => {
    const [hashes, instants] = [row?.hashes, row?.instants].map((text) => Buffer.from(text ?? '', 'base64'));
    return { compared: row?.compared ?? 0, messages: countRepeated(hashes ?? noBytes, instants ?? noBytes) };
  },
);

/** Of messages, newest first, hashes of their texts and when they were sent, 8 bytes each; as base64. */
type HashedTexts = { readonly hashes: string | null; readonly instants: string | null };
const noBytes = Buffer.alloc(0);

/**
 * Counts chatters by mark over all time when Twitch marked every message, as in a collected chat: a chatter is new when one
 * message is marked as first. Null when some messages have no mark. It counts tally values by prefix, along the primary
 * key, without joining chatters: for 200,000 of them that takes a tenth of the time.
 */
export const countMarked = read(
  (scope, without: string) => {
    const left = without === '' ? [] : without.split(',');
    const chatters = (mark: ChatterMark) =>
      sql`from tally_totals where stream_id = ${scope.streamId} and dimension = 'CHATTER'
        ${sql.raw(`and value like '${markOf(mark, '')}%'`)}
        and value <> all(${arrayOf(left.map((id) => markOf(mark, id)))}::text[])`;
    return sql`select (select count(*) ${chatters('F')})::float8 as firsts, (select count(*) ${chatters('B')})::float8 as backs,
      exists(select ${chatters('U')}) as "hasUnmarked"`;
  },
  ([row]: readonly (Marked & { readonly hasUnmarked: boolean })[]): Marked | null =>
    row === undefined || row.hasUnmarked ? null : row,
);

/** Chatters with a message that Twitch marks as their first, and as by one who is back. */
type Marked = {
  readonly firsts: number;
  readonly backs: number;
};
