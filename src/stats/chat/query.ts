import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Dimension } from '../../db/dimensions.ts';
import { chatterMarks, type ChatterMark, markOf } from '../../shared/chatter-marks.ts';
import { toIso } from '../../shared/instant.ts';
import { read } from '../kernel/read.ts';
import { createScope, type Span, type StatsScope } from '../kernel/scope.ts';
import { raggedOf, type Tally, talliesOf, tallyPartsOf, wholeMonths } from '../kernel/tallies.ts';
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

/** The traits that are counted, by the letter of their mark. */
const counted = { emoteOnly: 'E', questions: 'Q', commands: 'C', mentioning: 'M' } as const satisfies Record<
  string,
  ChatterMark
>;
const sumOf = (mark: string, name: string) =>
  sql`coalesce(sum(posts) filter (where mark = ${mark}), 0)::float8 as ${sql.raw(`"${name}"`)}`;

/**
 * What some authors wrote, by what it is. From the totals where the range holds everything, by their primary key; else from whole
 * months, and at the ragged ends of the range from the posts, by posts_chatter: it reads all their messages.
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
  /** Over all time. */
  readonly totals: SQL;
  /** Of whole months. */
  readonly months: (months: Span) => SQL;
  /** Of the posts that a condition on `p` selects. */
  readonly posts: (where: SQL) => SQL;
};

/** The parts that a scope is made of: the totals where it holds everything, else whole months, and posts where there is none. */
function partsOf(scope: StatsScope, { totals, months, posts }: Parts): SQL {
  if (scope.complete) return totals;
  const whole = wholeMonths(scope);
  const parts = raggedOf(scope, whole).map(posts);
  if (whole !== null) parts.push(months(whole));
  return sql.join(parts, sql` union all `);
}

/**
 * How many of the newest messages repeat one from shortly before. A walk back along posts_created, up to `comparedMax`. Sorted by the hash
 * of their texts first: numbers compare faster.
 */
export const countDuplicates = read(
  (scope, without: string) =>
    scope.span &&
    sql`select count(*)::float8 as compared,
        count(*) filter (where created_at - before <= ${`${duplicateWithinMs} milliseconds`}::interval)::float8 as messages
      from (select created_at, lag(created_at) over (partition by hashtextextended(text, 0), text order by created_at, post_id) as before
        from (select p.text, p.created_at, p.post_id from posts p
          where ${messagesIn(scope, scope.span)} and p.author_id <> all(${idsOf(without)})
          order by p.created_at desc, p.post_id desc limit ${comparedMax}) newest) each`,
  ([row]: readonly Duplicates[]): Duplicates => row ?? { compared: 0, messages: 0 },
);

/** Of arrivals, what the tallies tell: of `undecided` chatters, who wrote so many messages, they do not tell who is new. */
export type TalliedArrivals = Arrivals & { readonly undecided: number; readonly undecidedMessages: number };

/**
 * Who is new in the range, and who wrote before. Of each chatter the tallies tell how many messages there are, and how many that
 * Twitch marked as the first, as by somebody back after long, or not at all. Where some of a chatter's messages are marked and
 * others are not, it matters which came first.
 */
export const countArrivals = read(
  (scope, without: string) =>
    scope.span &&
    sql`select count(*) filter (where is_new)::float8 as "newChatters",
        count(*) filter (where not is_new)::float8 as "returningChatters", count(*) filter (where backs > 0)::float8 as "markedReturning",
        count(*) filter (where is_new is null)::float8 as undecided,
        coalesce(sum(posts) filter (where is_new is null), 0)::float8 as "undecidedMessages"
      from (${chattersOf(scope, without)}) each`,
  ([row]: readonly TalliedArrivals[]): TalliedArrivals =>
    row ?? {
      newChatters: 0,
      returningChatters: 0,
      markedReturning: 0,
      undecided: 0,
      undecidedMessages: 0,
    },
);

/**
 * The same over all time where Twitch marked every message, as it does in a chat that is collected: whoever has a first message is new.
 * Null when some have no mark. It counts the values of the tally by what they begin with, along its primary key, and puts no chatter
 * beside another: of 200,000 that takes a tenth of the time.
 */
export const countMarked = read(
  (scope, without: string) => {
    const of = (dimension: Dimension, mark: ChatterMark | null, ids: readonly string[]) =>
      sql`from tally_totals where stream_id = ${scope.streamId} and dimension = ${dimension}
        ${mark === null ? sql`` : sql.raw(`and value like '${markOf(mark, '')}%'`)}
        and value <> all(${arrayOf(ids)}::text[])`;
    const left = without === '' ? [] : without.split(',');
    const chatters = (mark: ChatterMark) =>
      of(
        'CHATTER',
        mark,
        left.map((id) => markOf(mark, id)),
      );
    return sql`select (select count(*) ${of('AUTHOR', null, left)})::float8 as chatters,
      (select count(*) ${chatters('F')})::float8 as firsts, (select count(*) ${chatters('B')})::float8 as backs,
      exists(select ${chatters('U')}) as "hasUnmarked"`;
  },
  ([row]: readonly Marked[]): Arrivals | null =>
    row === undefined || row.hasUnmarked
      ? null
      : {
          newChatters: row.firsts,
          returningChatters: row.chatters - row.firsts,
          markedReturning: row.backs,
        },
);

type Marked = {
  readonly chatters: number;
  readonly firsts: number;
  readonly backs: number;
  readonly hasUnmarked: boolean;
};

/**
 * Counts who is new among the chatters that `countArrivals` left undecided. A chatter is new when the first message has no mark. The
 * statement reads their messages by posts_chatter.
 */
export const countUndecided = read(
  (scope, without: string) =>
    scope.span &&
    sql`select count(*)::float8 as count from (
      select p.author_id from posts p
      where ${messagesIn(scope, scope.span)} and p.author_id in (
        select author from (${chattersOf(scope, without)}) each where is_new is null)
      group by 1
      having min(p.created_at) < coalesce(min(p.created_at) filter (where p.is_first is not null), 'infinity')) fresh`,
  ([row]: readonly { readonly count: number }[]) => row?.count ?? 0,
);

/** A statement of the chatters of a scope: `is_new` is null where the tallies do not tell. */
function chattersOf(scope: StatsScope, without: string): SQL {
  const before = beforeOf(scope);
  const known = before === null ? sql`false` : sql`author in (select value from (${before}) b)`;
  const marked = (values: SQL) => sql`select substr(value, 3) as author, 0 as posts,
      case left(value, 1) when 'F' then posts else 0 end as firsts, case left(value, 1) when 'B' then posts else 0 end as backs,
      case left(value, 1) when 'U' then posts else 0 end as unmarked
    from ${values} where left(value, 1) in ('F', 'B', 'U')`;
  const written = (values: SQL) =>
    sql`select value as author, posts, 0 as firsts, 0 as backs, 0 as unmarked from ${values}`;
  const totalsOf = (dimension: Dimension) =>
    sql`(select value, posts from tally_totals where stream_id = ${scope.streamId} and dimension = ${dimension}) t`;
  const parts = partsOf(scope, {
    totals: sql`${written(totalsOf('AUTHOR'))} union all ${marked(totalsOf('CHATTER'))}`,
    months: (months) =>
      sql`${written(sql`(${tallyPartsOf(scope, 'AUTHOR', months)}) a`)}
        union all ${marked(sql`(${tallyPartsOf(scope, 'CHATTER', months)}) c`)}`,
    posts: (
      where,
    ) => sql`select p.author_id as author, 1 as posts, (p.is_first is true)::int as firsts, (p.is_returning is true)::int as backs,
        (p.is_first is null)::int as unmarked
      from posts p where p.stream_id = ${scope.streamId} and p.own and p.kind = 'MESSAGE' and ${where}`,
  });
  return sql`select author, posts, backs, case
      when firsts > 0 then true
      when unmarked = 0 or ${known} then false
      when unmarked = posts then true
    end as is_new
    from (select author, sum(posts) as posts, sum(firsts) as firsts, sum(backs) as backs, sum(unmarked) as unmarked
      from (${parts}) parts group by 1 having sum(posts) > 0) chatters
    where author <> all(${idsOf(without)})`;
}

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
