import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { toIso } from '../../shared/instant.ts';
import { traits } from '../../shared/message-traits.ts';
import { read } from '../kernel/read.ts';
import { createScope, type Span, type StatsScope } from '../kernel/scope.ts';
import { type Tally, talliesOf } from '../kernel/tallies.ts';
import type { Active, Arrivals, Duplicates, MessageCounts } from './compute.ts';
import { duplicateWithinMs } from './compute.ts';

/** Messages that are looked through for duplicates, at most: the newest of the range. */
export const comparedMax = 100_000;

/** Author ids as one argument of a read, and back. An id on Twitch is a number, or @ and a login. */
export const joinIds = (ids: readonly string[]): string => ids.join(',');
const idsOf = (joined: string): SQL => sql`${arrayOf(joined === '' ? [] : joined.split(','))}::text[]`;

/** The ids of the stream's authors with some logins, joined by commas. By authors_handles. */
export const findAuthorIds = read(
  ({ streamId }, logins: string) =>
    logins === ''
      ? null
      : sql`select author_id as id from authors where stream_id = ${streamId} and lower(handle) = any(${idsOf(logins)})
          order by 1`,
  (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id),
);

/** How much each of some authors wrote, most first. */
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

/** How many authors there are beside some. The tally's primary key serves it. */
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

/** The messages of a scope, as a condition on `p`. By posts_created. */
const messagesIn = ({ streamId }: StatsScope, { from, to }: Span) => sql`p.stream_id = ${streamId} and p.own
  and p.kind = 'MESSAGE' and p.created_at >= ${toIso(from)}::timestamptz and p.created_at < ${toIso(to)}::timestamptz`;

const countOf = (condition: string) => sql`count(*) filter (where ${sql.raw(condition)})::float8`;

/** What some authors wrote, by what it is. By posts_chatter: it reads all their messages, whatever the range. */
export const countMessagesBy = read(
  (scope, ids: string) =>
    scope.span && ids !== ''
      ? sql`select count(*)::float8 as posts, ${countOf(traits.emoteOnly.sql)} as "emoteOnly",
          ${countOf(traits.question.sql)} as questions, ${countOf(traits.command.sql)} as commands,
          ${countOf(traits.mention.sql)} as mentioning
        from posts p where ${messagesIn(scope, scope.span)} and p.author_id = any(${idsOf(ids)})`
      : null,
  ([row]: readonly MessageCounts[]): MessageCounts =>
    row ?? { posts: 0, emoteOnly: 0, questions: 0, commands: 0, mentioning: 0 },
);

/** How many of the newest messages repeat one from shortly before. A walk back along posts_created, up to `comparedMax`. */
export const countDuplicates = read(
  (scope, without: string) =>
    scope.span &&
    sql`select count(*)::float8 as compared,
        count(*) filter (where created_at - before <= ${`${duplicateWithinMs} milliseconds`}::interval)::float8 as messages
      from (select created_at, lag(created_at) over (partition by text order by created_at, post_id) as before
        from (select p.text, p.created_at, p.post_id from posts p
          where ${messagesIn(scope, scope.span)} and p.author_id <> all(${idsOf(without)})
          order by p.created_at desc, p.post_id desc limit ${comparedMax}) newest) each`,
  ([row]: readonly Duplicates[]): Duplicates => row ?? { compared: 0, messages: 0 },
);

/**
 * Who is new in the range, and who wrote before. It reads the range along posts_created, and who wrote before from the tallies.
 */
export const countArrivals = read(
  (scope, without: string) => {
    if (scope.span === null) return null;
    const before = beforeOf(scope);
    const known = before === null ? sql`false` : sql`n.author_id in (select value from (${before}) b)`;
    return sql`select count(*) filter (where is_new)::float8 as "newChatters",
        count(*) filter (where not is_new)::float8 as "returningChatters", count(*) filter (where back)::float8 as "markedReturning"
      from (select n.back, n.first or n.untold and not (${known}) as is_new from (
        select p.author_id, coalesce(bool_or(p.is_first), false) as first, coalesce(bool_or(p.is_returning), false) as back,
          min(p.created_at) < coalesce(min(p.created_at) filter (where p.is_first is not null), 'infinity') as untold
        from posts p where ${messagesIn(scope, scope.span)} and p.author_id <> all(${idsOf(without)})
        group by 1) n) each`;
  },
  ([row]: readonly Arrivals[]): Arrivals =>
    row ?? { newChatters: 0, returningChatters: 0, markedReturning: 0 },
);

/** The authors of the time before the range; null when there is none. */
function beforeOf(scope: StatsScope & { readonly stream?: Parameters<typeof createScope>[0] }): SQL | null {
  const { range, zone, stream } = scope;
  if (range.from === null || stream === undefined) return null;
  return talliesOf(createScope(stream, { from: null, to: range.from }, zone, scope), 'AUTHOR');
}

/**
 * How many chatters wrote in which of some weeks: `weeks` has a bit for each, the lowest for the first. The weeks are told by
 * their starts, and the end of the last, in milliseconds. It reads them along posts_created.
 */
export const countActive = read(
  (scope, without: string, bounds: string) => {
    const instants = bounds.split(' ').map(Number);
    const [from = 0, to = 0] = [instants[0], instants.at(-1)];
    if (scope.span === null) return null;
    const span = { from: Math.max(from, scope.span.from), to: Math.min(to, scope.span.to) };
    return sql`select weeks, count(*)::float8 as chatters from (
        select bit_or(1 << (width_bucket(p.created_at, ${arrayOf(instants.map(toIso))}::timestamptz[]) - 1)) as weeks
        from posts p where ${messagesIn(scope, span)} and p.author_id <> all(${idsOf(without)}) group by p.author_id) each
      group by 1`;
  },
  (rows: readonly Active[]) => rows,
);
