import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import type { StreamRow } from '../../entities/stream/query.ts';
import { minuteMs, secondMs, toIso } from '../../shared/instant.ts';
import type { Range } from '../../shared/range.ts';
import { joinedList } from '../../shared/stored-lists.ts';
import { ceilMinute, floorMinute } from '../kernel/scope.ts';
import { type Minute, type Moment, surroundingMinutes, type TermUse } from './compute.ts';

/** Most minutes that are searched at once: a month of continuous chat. */
export const minutesMax = 45_000;

/** The fields of a channel's stream that are needed. */
export type ChatStream = Pick<StreamRow, 'streamId' | 'keepsMinutes'>;

/**
 * The minutes of a channel's chat, ascending; one more than `minutesMax` when there are more. From the rollup. Without
 * a rollup, and when a range starts or ends within a minute, from an index-only scan of posts_created.
 */
export async function listMinutes(
  db: Database,
  stream: ChatStream,
  range: Range,
): Promise<readonly Minute[]> {
  const parts = stream.keepsMinutes ? partsOf(stream, range) : [messagesOf(stream, range)];
  const rows = await db.rows<{ readonly minute: number; readonly messages: number }>(sql`
    select date_part('epoch', minute) as minute, messages::float8 as messages
    from (${sql.join([...parts], sql` union all `)}) minutes order by minute limit ${minutesMax + 1}`);
  return rows.map(({ minute, messages }) => ({ at: minute * secondMs, messages }));
}

const within = (column: SQL, { from, to }: Range): SQL => sql`
  ${from === null ? sql`` : sql`and ${column} >= ${toIso(from)}::timestamptz`}
  ${to === null ? sql`` : sql`and ${column} < ${toIso(to)}::timestamptz`}`;

/** Counts messages by minute. */
const messagesOf = ({ streamId }: ChatStream, range: Range): SQL => sql`
  select date_bin('1 minute', p.created_at, '2000-01-01Z') as minute, count(*) as messages
  from posts p where p.stream_id = ${streamId} ${within(sql`p.created_at`, range)} group by 1`;

function partsOf(stream: ChatStream, { from, to }: Range): readonly SQL[] {
  const [first, last] = [from === null ? null : ceilMinute(from), to === null ? null : floorMinute(to)];
  if (first !== null && last !== null && first >= last) return [messagesOf(stream, { from, to })];
  return [
    sql`select a.bucket as minute, a.posts as messages from activity_minutes a
      where a.stream_id = ${stream.streamId} ${within(sql`a.bucket`, { from: first, to: last })}`,
    ...(from === first ? [] : [messagesOf(stream, { from, to: first })]),
    ...(to === last ? [] : [messagesOf(stream, { from: last, to })]),
  ];
}

/** A term of a moment. */
export type MomentUse = TermUse & { readonly kind: 'WORD' | 'EMOTE' };
/** The terms used in a moment and around it. */
export type MomentUses = {
  /** Messages in the surrounding minutes. */
  readonly around: number;
  readonly uses: readonly MomentUse[];
};

/** Most terms that are read for each moment and kind: the most used. */
const usesMax = 100;

/**
 * The words and emotes of moments, with their uses in and around each, in the order of the moments. One statement for
 * all; one range of posts_created for each.
 */
export async function findTermUses(
  db: Database,
  streamId: number,
  moments: readonly Pick<Moment, 'start' | 'end'>[],
): Promise<readonly MomentUses[]> {
  if (moments.length === 0) return [];
  const around = surroundingMinutes * minuteMs;
  const instants = (values: readonly number[]) => sql`${arrayOf(values.map(toIso))}::timestamptz[]`;
  const rows = await db.rows<
    Omit<MomentUse, 'kind'> & { readonly at: string; readonly kind: 'WORD' | 'EMOTE' | 'ALL' }
  >(sql`
    select m.at, found.* from unnest(${instants(moments.map(({ start }) => start))}, ${instants(moments.map(({ end }) => end))},
      ${instants(moments.map(({ start }) => start - around))}, ${instants(moments.map(({ end }) => end + around))})
      with ordinality as m (start_at, end_at, from_at, to_at, at),
    lateral (
      with near as materialized (
        select p.created_at >= m.start_at and p.created_at < m.end_at as within, ${sql.raw(joinedList('words'))} as words, p.emotes from posts p
        where p.stream_id = ${streamId} and p.created_at >= m.from_at and p.created_at < m.to_at
      ), uses as (
        select 'WORD' as kind, n.within, term from near n, unnest(n.words) as term
        union all
        select 'EMOTE', n.within, term from near n,
          lateral (select distinct e->>'name' as term from json_array_elements(n.emotes) e) names where n.emotes is not null
      ), counted as (
        select kind, term, (count(*) filter (where within))::float8 as count, (count(*) filter (where not within))::float8 as around,
          row_number() over (partition by kind order by count(*) filter (where within) desc, term) as place
        from uses group by kind, term having count(*) filter (where within) > 1
      )
      select kind, term, count, around from counted where place <= ${usesMax}
      union all
      select 'ALL', '', 0, count(*) filter (where not within) from near
    ) found`);
  return moments.map((_, index) => {
    const mine = rows.filter(({ at }) => Number(at) === index + 1);
    return {
      around: Number(mine.find(({ kind }) => kind === 'ALL')?.around ?? 0),
      uses: mine.flatMap(({ kind, term, count, around: beside }) =>
        kind === 'ALL' ? [] : [{ kind, term, count, around: beside }],
      ),
    };
  });
}
