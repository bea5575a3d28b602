import { emoteOnlyBy, traits } from '../shared/message-traits.ts';
import { emoteNamesOf } from '../shared/stored-emotes.ts';
import { type Dimension, dayColumnsOf, dayDimensions, list, usesOf } from './dimensions.ts';

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
const isNumber = `ltrim(author_id, '0123456789') = '' and author_id collate "C" >= '1' and octet_length(author_id) <= 15`;

/** Numbers first, by size; then names, by code point. */
const inOrder = 'order by id, author_id collate "C"';

/** The bytes that each gap between two ids takes. */
const widthOf = (
  widest: string,
) => `case when ${widest} < 256 then 1 when ${widest} < 65536 then 2 when ${widest} < 16777216 then 3
  when ${widest} < 4294967296 then 4 else 7 end`;

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

/** The part of a UTC day, each this many seconds long, in which a message was sent: 0, 1 and so on. */
const placeInDay = (seconds: number) =>
  `(floor(date_part('epoch', created_at) / ${seconds}) - ${86_400 / seconds} * floor(date_part('epoch', created_at) / 86400))::int`;

/** The marks of messages that are summed up in `by_quarter`. */
const marksCode = (marks: string, unmarkedAt: string, markedAt: string) =>
  `${marks} | case when ${unmarkedAt} < coalesce(${markedAt}, 'infinity') then ${chatterBits.unmarked} else 0 end`;

/**
 * Returns a query that packs chatters: one row for each UTC day with messages, or for each value of the columns `by`. `rows` are
 * messages: author_id, created_at, is_first, is_returning, and `by`; with `hasTraits` also the booleans of `countedTraits`.
 * `stats/kernel/packed-chatters.ts` reads the result. Its columns list the chatters in `inOrder`:
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
export const packedChattersOf = (rows: string, by: readonly string[], { hasTraits = false } = {}): string => {
  const key = by.map((name) => `${name}, `).join('');
  const window = (order: string) =>
    `over (${by.length === 0 ? '' : `partition by ${by.join(', ')}`} ${order})`;
  const groups = by.length === 0 ? '' : `group by ${by.join(', ')}`;
  const withTraits = (columns: (name: string, at: number) => string) =>
    hasTraits ? traitNames.map((name, at) => `, ${columns(name, at)}`).join('') : '';
  return `
  with by_quarter as materialized (
    select ${key} author_id, case when ${isNumber} then author_id::bigint end as id, quarter, marks, unmarked_at, marked_at, posts
      ${withTraits((name) => name)}
    from (
      select ${key} author_id, ${placeInDay(900)} as quarter,
        bit_or(case when is_first then ${chatterBits.first} else 0 end | case when is_returning then ${chatterBits.back} else 0 end) as marks,
        min(created_at) filter (where is_first is null) as unmarked_at, min(created_at) filter (where is_first is not null) as marked_at,
        count(*)::int as posts ${withTraits((name, at) => `count(*) filter (where ${countedTraits[at]?.toLowerCase()})::int as ${name}`)}
      from (${rows}) r group by ${key} author_id, quarter) counted
  ), by_chatter as (
    select ${key} author_id, id, count(*)::int as quarters_of, bit_or(marks) as marks, min(unmarked_at) as unmarked_at,
      min(marked_at) as marked_at, sum(posts)::int as posts ${withTraits((name) => `sum(${name})::int as ${name}`)}
    from by_quarter group by ${key} author_id, id
  ), spaced as (
    select *, id - lag(id, 1, 0::bigint) ${window('order by id')} as gap from by_chatter
  ), sized as (
    select *, ${widthOf(`max(gap) ${window('')}`)} as width from spaced
  ), of_quarters as (
    select ${key} string_agg(${byte('quarter')}, ''::bytea ${inOrder}, quarter) as quarters,
      string_agg(${byte(marksCode('marks', 'unmarked_at', 'marked_at'))}, ''::bytea ${inOrder}, quarter) as quarter_marks,
      string_agg(${postsCode('posts')}, ''::bytea ${inOrder}, quarter) as quarter_posts
      ${hasTraits ? `, string_agg(${traitsCode}, ''::bytea ${inOrder}, quarter) as quarter_traits` : ''}
    from by_quarter ${groups}
  ), of_chatters as (
    select ${key} count(*)::int as chatters,
      ${byte('max(width)')} || coalesce(string_agg(substr(int8send(gap), 9 - width, width), ''::bytea ${inOrder})
        filter (where id is not null), ''::bytea) as ids,
      coalesce(array_agg(author_id ${inOrder}) filter (where id is null), '{}') as names,
      string_agg(${byte('quarters_of')}, ''::bytea ${inOrder}) as counts,
      string_agg(${byte(marksCode('marks', 'unmarked_at', 'marked_at'))}, ''::bytea ${inOrder}) as marks,
      string_agg(${postsCode('posts')}, ''::bytea ${inOrder}) as posts
      ${hasTraits ? `, string_agg(${traitsCode}, ''::bytea ${inOrder}) as traits` : ''}
    from sized ${groups} having count(*) > 0
  )
  select ${key} ${[...packedColumns, ...(hasTraits ? traitColumns : [])].join(', ')}
  from of_chatters ${by.length === 0 ? 'cross join of_quarters' : `join of_quarters using (${by.join(', ')})`}`;
};

/** The columns of a message `p` that `daysOf` reads. */
export const dayMessageColumns = `p.author_id, p.created_at, p.is_first, p.is_returning, p.sentiment,
  ${emoteNamesOf('p.emotes', 'all')} as emote_names, ${emoteNamesOf('p.emotes', 'distinct')} as emote_values,
  p.stream_id, p.own, p.kind, p.text, p.hashtags, p.mentions, p.cashtags, p.domains, p.emoji, p.words, p.message_words, p.emotes, p.reply_to,
  p.repost_of, p.language, p.client, p.provider, p.engagement`;

/** The traits of a message `p` of `dayMessageColumns`. */
const traitsOfMessage = countedTraits.map(
  (name) =>
    `(${name === 'emoteOnly' ? emoteOnlyBy('p.emote_names') : traits[name].sql}) is true as ${name.toLowerCase()}`,
);

/**
 * Returns a query of the highest figures of a message in each minute of a day. The columns are lists in the order of the minutes that have
 * messages:
 *
 *     minutes          the minute of the day, 0 to 1439, ascending
 *     emote_peaks      the most emotes in a message
 *     sentiment_peaks  the highest sentiment of a message; null when none is scored
 */
const minutePeaksOf = (rows: string, key: string, groups: string): string => `
  select ${key} array_agg(minute order by minute) as minutes, array_agg(emotes order by minute) as emote_peaks,
    array_agg(sentiment order by minute) as sentiment_peaks
  from (
    select ${key} ${placeInDay(60)}::smallint as minute, max(coalesce(cardinality(emote_names), 0)) as emotes, max(sentiment)::smallint as sentiment
    from ${rows} group by ${key} minute
  ) by_minute ${groups}`;

/** A number of messages of an hour: one byte for both; from ten messages on that byte, and four more. */
const hourCode = `case when posts < 10 then ${byte('hour + 24 * (posts - 1)')} else ${byte('hour + 216')} || int4send(posts) end`;

/**
 * Returns a query of the tallies of a dimension. `stats/kernel/value-counts.ts` reads the result. Its columns list the values by code
 * point:
 *
 *     tally  for each value its bytes in UTF-8, a byte of 0, which no text of Postgres has, and the number of messages as `postsCode`
 *     hours  for each value the hours in which it was used, ascending, each as `hourCode`
 */
const dayTalliesOf = (dimension: Dimension, rows: string, key: string, groups: string): string => {
  const [tally, hours] = dayColumnsOf(dimension);
  const source = dimension === 'EMOTE' ? list('emotes', 'p.emote_values') : undefined;
  const uses = usesOf(dimension, 'true', `${rows} p`, key.replace(/, $/, ''), source);
  return `
  select ${key} string_agg(convert_to(value, 'UTF8') || '\\x00'::bytea || ${postsCode('posts')}, ''::bytea order by value) as ${tally},
    string_agg(hours, ''::bytea order by value) as ${hours}
  from (
    select ${key} value, sum(posts)::int as posts, string_agg(${hourCode}, ''::bytea order by hour) as hours
    from (
      select ${key} u.value collate "C" as value, ${placeInDay(3_600)} as hour, count(*)::int as posts
      from (${uses}) u group by ${key} u.value collate "C", hour
    ) by_hour group by ${key} value
  ) by_value ${groups}`;
};

/**
 * Returns a query of `dayColumns`. `rows` are the messages of a UTC day, with `dayMessageColumns`: one row, or none without messages. With
 * `by: 'day'` they are of several days, which a further column tells, and there is a row for each.
 */
export const daysOf = (rows: string, by?: 'day'): string => {
  const [key, groups] = by === undefined ? ['', ''] : [`${by}, `, `group by ${by}`];
  const tallies = dayDimensions.map((dimension, at) => ({ alias: `t${at}`, dimension }));
  // Looked up, not joined: joins of so many parts take long to plan.
  const lookedUp = tallies.flatMap(({ alias, dimension }) =>
    dayColumnsOf(dimension).map(
      (name) =>
        `(select ${name} from ${alias} ${by === undefined ? '' : `where ${alias}.${by} = c.${by}`}) as ${name}`,
    ),
  );
  return `
  with messages as materialized (${rows}),
    ${tallies.map(({ alias, dimension }) => `${alias} as materialized (${dayTalliesOf(dimension, 'messages', key, groups)})`).join(',\n')}
  select c.*, ${peakColumns.map((name) => `m.${name}`).join(', ')}, ${lookedUp.join(', ')}
  from (${packedChattersOf(`select p.*, ${traitsOfMessage.join(', ')} from messages p`, by === undefined ? [] : [by], { hasTraits: true })}) c
    join (${minutePeaksOf('messages', key, groups)}) m on ${by === undefined ? 'true' : `m.${by} = c.${by}`}`;
};

/** A condition on messages `p` that count in `chatter_days`. */
export const isCounted = `p.own and p.kind = 'MESSAGE' and not p.hour_unknown`;

/**
 * A condition on rows of `chatter_days` that are made. Each message has a provider, and `provider_hours` is the newest column: rows of an
 * older server lack it, and count as not made until they are made again.
 */
export const isMadeDay = (alias: string): string => `${alias}.provider_hours is not null`;
