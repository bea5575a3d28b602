import { type Dimension, dayColumnsOf, dayDimensions, usesOf } from './dimensions.ts';
import { traits } from '../shared/message-traits.ts';

/** The columns of `chatter_days` for the chatters of a day, in one order: see `packedChattersOf`. */
export const packedColumns: readonly string[] = [
  'chatters',
  'ids',
  'names',
  'counts',
  'quarters',
  'marks',
  'quarter_marks',
  'posts',
  'quarter_posts',
];

/** The traits of messages that `chatter_days` counts for each chatter, in the order of their numbers: see `traitsCode`. */
export const countedTraits = ['emoteOnly', 'question', 'command', 'mention'] as const;

/** The columns of `chatter_days` for the traits of the chatters' messages, in one order. */
const traitColumns: readonly string[] = ['traits', 'quarter_traits'];

/** The columns of `chatter_days` for the minutes of a day, in one order: see `minutePeaksOf`. */
export const peakColumns: readonly string[] = ['minutes', 'emote_peaks', 'sentiment_peaks'];

/** The tallies of a day in `chatter_days`, in one order: see `dayDimensions`. */
export const tallyColumns: readonly string[] = dayDimensions.flatMap(dayColumnsOf);

/** The columns of `chatter_days` that are made for a day, in one order. */
export const dayColumns: readonly string[] = [
  ...packedColumns,
  ...traitColumns,
  ...peakColumns,
  ...tallyColumns,
];

/** All columns of a row of `chatter_days` that is made, in one order. */
export const chatterDayColumns: readonly string[] = ['stream_id', 'day', 'until', ...dayColumns];

/** An id of a chatter that is a number. Logs tell some by their names only: their ids are @ and a login. */
const isNumber = `author_id ~ '^[1-9][0-9]{0,14}$'`;

/** Numbers first, by size; then names, by code point. */
const inOrder = 'order by id, author_id collate "C"';

/** The bytes that each gap between two ids takes. */
const width = `case when widest < 256 then 1 when widest < 65536 then 2 when widest < 16777216 then 3
  when widest < 4294967296 then 4 else 7 end`;

const byte = (value: string) => `set_byte('\\x00'::bytea, 0, ${value})`;

/** A number of messages: one byte; from 255 on that byte, and four more. */
const postsCode = (posts: string) =>
  `case when ${posts} < 255 then ${byte(posts)} else '\\xff'::bytea || int4send(${posts}) end`;

const traitNames = countedTraits.map((name) => `${name.toLowerCase()}_posts`);

/**
 * The numbers of messages with each trait: two bits each, the first lowest. When one does not fit, or all bits would be set, a byte of
 * 255 and four bytes each.
 */
const traitsCode = `case when greatest(${traitNames.join(', ')}) < 4 and least(${traitNames.join(', ')}) < 3
    then ${byte(traitNames.map((name, at) => `(${name} << ${2 * at})`).join(' | '))}
    else '\\xff'::bytea || ${traitNames.map((name) => `int4send(${name})`).join(' || ')} end`;

/** Facts about a chatter's messages of a day, or of a quarter-hour, each a bit of a byte. */
export const chatterBits = {
  /** Twitch marks one of them as the chatter's first in the channel. */
  first: 1,
  /** Twitch marks one of them as by a chatter who is back after long. */
  back: 2,
  /** Twitch does not say of the earliest of them whether it is the first. */
  unmarked: 4,
} as const;

/**
 * Returns a query that packs chatters: one row for each stream, day and until. `rows` are messages: stream_id, day, until, author_id,
 * created_at, is_first, is_returning; with `hasTraits` also the booleans of `countedTraits`. `stats/kernel/packed-chatters.ts` reads the
 * result. Its columns list the chatters in `inOrder`:
 *
 *     ids       one byte: the size of a gap in bytes; then for each id that is a number its gap to the one before
 *     names     the other ids
 *     counts    a byte for each chatter: the number of quarter-hours in which the chatter wrote
 *     quarters  a byte for each of those quarter-hours, 0 to 95, ascending, chatter by chatter
 *     marks     a byte for each chatter: the sum of the `chatterBits` of the day
 *     quarter_marks  a byte for each quarter-hour in `quarters`: the sum of its `chatterBits`
 *     posts, quarter_posts    the same of the number of messages, as `postsCode`
 *     traits, quarter_traits  the same of the messages with each trait, as `traitsCode`
 */
export const packedChattersOf = (rows: string, { hasTraits = false } = {}): string => `
  with by_quarter as materialized (
    select r.stream_id, r.day, r.until, r.author_id,
      floor(date_part('epoch', r.created_at - r.day::timestamp at time zone 'UTC') / 900)::int as quarter,
      case when bool_or(r.is_first) then ${chatterBits.first} else 0 end + case when bool_or(r.is_returning) then ${chatterBits.back} else 0 end
        + case when min(r.created_at) filter (where r.is_first is null)
            < coalesce(min(r.created_at) filter (where r.is_first is not null), 'infinity') then ${chatterBits.unmarked} else 0 end as marks,
      count(*)::int as posts${hasTraits ? countedTraits.map((name, at) => `, count(*) filter (where r.${name.toLowerCase()})::int as ${traitNames[at]}`).join('') : ''}
    from (${rows}) r group by 1, 2, 3, 4, 5
  ), by_chatter as (
    select stream_id, day, until, author_id, case when ${isNumber} then author_id::bigint end as id,
      count(*)::int as quarters_of, string_agg(${byte('quarter')}, ''::bytea order by quarter) as quarters,
      string_agg(${byte('marks')}, ''::bytea order by quarter) as quarter_marks,
      bit_or(marks & ${chatterBits.first | chatterBits.back}) | ((array_agg(marks order by quarter))[1] & ${chatterBits.unmarked}) as marks,
      sum(posts)::int as posts, string_agg(${postsCode('posts')}, ''::bytea order by quarter) as quarter_posts
      ${hasTraits ? `${traitNames.map((name) => `, sum(${name})::int as ${name}`).join('')}, string_agg(${traitsCode}, ''::bytea order by quarter) as quarter_traits` : ''}
    from by_quarter group by 1, 2, 3, 4
  ), spaced as (
    select *, id - lag(id, 1, 0::bigint) over (partition by stream_id, day, until order by id) as gap from by_chatter
  ), widest as (
    select *, max(gap) over (partition by stream_id, day, until) as widest from spaced
  ), sized as (
    select *, ${width} as width from widest
  )
  select stream_id, day, until, count(*)::int as chatters,
    ${byte('max(width)')} || coalesce(string_agg(substr(int8send(gap), 9 - width, width), ''::bytea ${inOrder})
      filter (where id is not null), ''::bytea) as ids,
    coalesce(array_agg(author_id ${inOrder}) filter (where id is null), '{}') as names,
    string_agg(${byte('quarters_of')}, ''::bytea ${inOrder}) as counts,
    string_agg(quarters, ''::bytea ${inOrder}) as quarters,
    string_agg(${byte('marks')}, ''::bytea ${inOrder}) as marks,
    string_agg(quarter_marks, ''::bytea ${inOrder}) as quarter_marks,
    string_agg(${postsCode('posts')}, ''::bytea ${inOrder}) as posts,
    string_agg(quarter_posts, ''::bytea ${inOrder}) as quarter_posts
    ${hasTraits ? `, string_agg(${traitsCode}, ''::bytea ${inOrder}) as traits, string_agg(quarter_traits, ''::bytea ${inOrder}) as quarter_traits` : ''}
  from sized group by 1, 2, 3`;

/** The number of emotes in a message `p`. */
const emotesOf = 'coalesce(json_array_length(p.emotes), 0)';

/** The columns of a message `p` that `daysOf` reads, besides stream_id, day and until. */
export const dayMessageColumns = `p.author_id, p.created_at, p.is_first, p.is_returning, ${emotesOf} as emote_count, p.sentiment,
  ${countedTraits.map((name) => `(${traits[name].sql}) is true as ${name.toLowerCase()}`).join(', ')},
  p.own, p.kind, p.text, p.hashtags, p.mentions, p.cashtags, p.domains, p.emoji, p.words, p.message_words, p.emotes, p.reply_to,
  p.repost_of, p.language, p.client, p.provider, p.engagement`;

/**
 * Returns a query of the highest figures of a message in each minute: one row for each stream, day and until. `rows` are messages:
 * stream_id, day, until, and `dayMessageColumns`. Its columns are lists in the order of the minutes that have messages:
 *
 *     minutes          the minute of the day, 0 to 1439, ascending
 *     emote_peaks      the most emotes in a message
 *     sentiment_peaks  the highest sentiment of a message; null when none is scored
 */
const minutePeaksOf = (rows: string): string => `
  select stream_id, day, until, array_agg(minute order by minute) as minutes, array_agg(emotes order by minute) as emote_peaks,
    array_agg(sentiment order by minute) as sentiment_peaks
  from (
    select r.stream_id, r.day, r.until,
      floor(date_part('epoch', r.created_at - r.day::timestamp at time zone 'UTC') / 60)::smallint as minute,
      max(r.emote_count)::int as emotes, max(r.sentiment)::smallint as sentiment
    from ${rows} r group by 1, 2, 3, 4
  ) by_minute group by 1, 2, 3`;

/** Returns a query of the tallies of a dimension: one row for each stream, day and until, values by code point. */
const dayTalliesOf = (dimension: Dimension, rows: string): string => {
  const [values, posts] = dayColumnsOf(dimension);
  const uses = usesOf(dimension, 'true', `${rows} p`, 'p.day, p.until');
  return `
  select stream_id, day, until, array_agg(value order by value collate "C") as ${values}, array_agg(posts order by value collate "C") as ${posts}
  from (select u.stream_id, u.day, u.until, u.value, count(*)::int as posts from (${uses}) u group by 1, 2, 3, 4) counted
  group by 1, 2, 3`;
};

/**
 * Returns a query of the columns that `chatter_days` has for a day: one row for each stream, day and until. `rows` are messages: stream_id, day, until, and
 * `dayMessageColumns`.
 */
export const daysOf = (rows: string): string => {
  const key = ['stream_id', 'day', 'until'];
  const join = (alias: string) => `on ${key.map((name) => `${alias}.${name} = c.${name}`).join(' and ')}`;
  const columns = [...key, ...packedColumns, ...traitColumns].map((name) => `c.${name}`);
  const tallies = dayDimensions.map((dimension, at) => ({ alias: `t${at}`, dimension }));
  return `
  with messages as materialized (${rows})
  select ${columns.join(', ')}, ${peakColumns.map((name) => `m.${name}`).join(', ')},
    ${tallies.flatMap(({ alias, dimension }) => dayColumnsOf(dimension).map((name) => `${alias}.${name}`)).join(', ')}
  from (${packedChattersOf('select * from messages', { hasTraits: true })}) c
    join (${minutePeaksOf('messages')}) m ${join('m')}
    ${tallies.map(({ alias, dimension }) => `left join (${dayTalliesOf(dimension, 'messages')}) ${alias} ${join(alias)}`).join('\n')}`;
};

/** A condition on messages `p` that count in `chatter_days`. */
export const isCounted = `p.own and p.kind = 'MESSAGE' and not p.hour_unknown`;

/**
 * A condition on rows of `chatter_days` that are made. Each message has a provider, and `provider_posts` is the newest column: rows of an
 * older server lack it, and count as not made until they are made again.
 */
export const isMadeDay = (alias: string): string => `${alias}.provider_posts is not null`;
