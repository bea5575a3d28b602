import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { fence } from '../../db/fence.ts';
import { countedTraits, isCounted } from '../../db/packed-chatters.ts';
import { quarterMs } from '../../shared/instant.ts';
import { traits } from '../../shared/message-traits.ts';
import { madeAndRest } from '../kernel/chatter-days.ts';
import { toBytes } from '../kernel/chatter-parts.ts';
import { daysWithin, piecesOf } from '../kernel/chatters.ts';
import { msOf } from '../kernel/local-time.ts';
import {
  type Bytes,
  int4,
  numberOf,
  PackedIds,
  quartersOfDay,
  unpackPosts,
} from '../kernel/packed-chatters.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';
import type { MessageCounts } from './compute.ts';
import { joinIds } from './query.ts';

/** The messages of a chatter. */
export type ChatterMessages = MessageCounts & { readonly id: string };

/** The counts of a chatter: messages, and those with each of `countedTraits`. */
type Counts = number[];

type Row = {
  /** The start of the UTC day; null in the row of the messages that are in no row of `chatter_days`. */
  readonly day: number | null;
  /** The first quarter-hour that counts and the end of them, when not all do. */
  readonly from: number | null;
  readonly to: number | null;
  readonly ids: string | null;
  readonly names: readonly string[] | null;
  readonly counts: string | null;
  readonly quarters: string | null;
  /** By chatter; by quarter-hour when not all of these count. */
  readonly posts: string | null;
  readonly traits: string | null;
  /** How many of these there are. */
  readonly places: number;
  readonly rest: readonly (readonly [id: string, ...counts: number[]])[] | null;
};

/**
 * Reads what counts the messages of some chatters; `joined` is their ids with commas between. Days are read from `chatter_days`, the rest
 * from the messages, by posts_created.
 */
const readDays = read(
  (scope, joined: string) => {
    if (scope.span === null || joined === '') return null;
    const ids = joined.split(',');
    const pieces = piecesOf(scope, scope.span);
    const { from, to } = pieces.whole ?? { from: 0, to: 0 };
    const isCut = sql`day = any(${arrayOf(daysWithin([from, to]))}::text[]::date[])`;
    const columns = sql`k.ids, k.names, k.counts, k.quarters, k.posts, k.quarter_posts, k.traits, k.quarter_traits`;
    const bytes = (value: SQL) => sql`encode(${value}, 'base64')`;
    const cut = (name: string) =>
      bytes(
        sql`case when ${isCut} then ${sql.identifier(`quarter_${name}`)} else ${sql.identifier(name)} end`,
      );
    const quarterOf = (instant: number) =>
      sql`case when ${isCut} then ((${instant}::float8 - day_ms) / ${quarterMs}::float8)::int end`;
    return sql`with ${madeAndRest(scope, pieces, columns)}
      select day_ms as day, ${quarterOf(from)} as "from", ${quarterOf(to)} as "to", ${bytes(sql`ids`)} as ids, array_to_json(names) as names,
        ${bytes(sql`case when ${isCut} then counts end`)} as counts, ${bytes(sql`case when ${isCut} then quarters end`)} as quarters,
        ${cut('posts')} as posts, ${cut('traits')} as traits,
        case when ${isCut} then length(quarters) else length(counts) end as places, null::json as rest
      from (select *, ${msOf(sql`day::timestamp at time zone 'UTC'`)} as day_ms from made) made
      union all
      select null, null, null, null, null, null, null, null, null, 0, (${restOf(scope, ids)})`;
  },
  (rows: readonly Row[]) => rows,
);

/** The same for the messages that are in no row of `chatter_days`, as a list of lists. */
function restOf({ streamId }: StatsScope, ids: readonly string[]): SQL {
  const counts = countedTraits.map((name) => sql`count(*) filter (where ${sql.identifier(name)})`);
  const has = countedTraits.map(
    (name) => sql`(${sql.raw(traits[name].sql)}) is true as ${sql.identifier(name)}`,
  );
  return sql`select json_agg(json_build_array(author_id, posts, ${sql.join(
    countedTraits.map((name) => sql.identifier(`${name}_posts`)),
    sql`, `,
  )})) from (
    select p.author_id, count(*) as posts, ${sql.join(
      counts.map((count, at) => sql`${count} as ${sql.identifier(`${countedTraits[at]}_posts`)}`),
      sql`, `,
    )}
    from rest cross join lateral (
      select p.author_id, ${sql.join(has, sql`, `)}, ${fence} from posts p
      where p.stream_id = ${streamId} and ${sql.raw(isCounted)} and p.author_id = any(${arrayOf(ids)}::text[])
        and p.created_at >= rest.from_at and p.created_at < rest.to_at) p
    group by 1) counted`;
}

/**
 * Counts the messages of some chatters in a scope by trait, most first; equal counts by id. Those who wrote none are left out. Messages
 * of which only the day is known are not counted.
 */
export async function countMessagesOf(
  db: Database,
  scope: StatsScope,
  ids: readonly string[],
): Promise<readonly ChatterMessages[]> {
  return sumsOf(await readDays(db, scope, joinIds(ids)), ids);
}

function sumsOf(rows: readonly Row[], ids: readonly string[]): readonly ChatterMessages[] {
  const names = ids.filter((id) => numberOf(id) === 0);
  const numbers = ids.flatMap((id) => numberOf(id) || []).sort((a, b) => a - b);
  const sums = new Map<string, Counts>();
  const add = (id: string, counts: readonly number[]) => {
    const known = sums.get(id) ?? [];
    sums.set(
      id,
      counts.map((count, at) => count + (known[at] ?? 0)),
    );
  };
  for (const row of rows) {
    for (const [id, ...counts] of row.rest ?? []) add(id, counts);
    const ids = toBytes(row.ids);
    if (ids === null) continue;
    const day = new DayCounts(row);
    const found = [...new PackedIds(ids, row.names).find(numbers, names)];
    for (const [id, place] of found.sort(([, a], [, b]) => a - b)) add(id, day.of(place));
  }
  const counted = [...sums].flatMap(
    ([id, [posts = 0, emoteOnly = 0, questions = 0, commands = 0, mentioning = 0]]) =>
      posts === 0 ? [] : [{ id, posts, emoteOnly, questions, commands, mentioning }],
  );
  return counted.sort((a, b) => b.posts - a.posts || (a.id < b.id ? -1 : 1));
}

/** The counts of a day, read for chatters in ascending order of their places. */
class DayCounts {
  readonly #row: Row;
  readonly #posts: Bytes | Int32Array;
  readonly #traits: PackedTraits;
  readonly #counts: Bytes | null;
  readonly #quarters: Bytes;
  /** The chatter that comes next, and the place of the first quarter-hour. */
  #chatter = 0;
  #next = 0;

  constructor(row: Row) {
    this.#row = row;
    this.#counts = toBytes(row.counts);
    this.#quarters = toBytes(row.quarters) ?? noBytes;
    this.#posts = unpackPosts(toBytes(row.posts) ?? noBytes, row.places);
    this.#traits = new PackedTraits(toBytes(row.traits) ?? noBytes);
  }

  of(chatter: number): Counts {
    const counts = this.#counts;
    if (counts === null) return this.#at(chatter);
    for (; this.#chatter < chatter; this.#chatter += 1) this.#next += counts[this.#chatter] ?? 0;
    const sum = [0, 0, 0, 0, 0];
    const end = this.#next + (counts[chatter] ?? 0);
    for (let place = this.#next; place < end; place += 1) {
      const quarter = this.#quarters[place] ?? 0;
      if (quarter < (this.#row.from ?? 0) || quarter >= (this.#row.to ?? quartersOfDay)) continue;
      for (const [at, count] of this.#at(place).entries()) sum[at] = (sum[at] ?? 0) + count;
    }
    return sum;
  }

  #at(place: number): Counts {
    return [this.#posts[place] ?? 0, ...this.#traits.at(place)];
  }
}

const noBytes = new Uint8Array(0);

/** The numbers of messages with each trait, as `traitsCode` has them, read at ascending places. */
class PackedTraits {
  readonly #bytes: Bytes;
  #place = 0;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  at(place: number): readonly number[] {
    const bytes = this.#bytes;
    for (; this.#place < place; this.#place += 1) this.#offset += bytes[this.#offset] === 255 ? 17 : 1;
    const byte = bytes[this.#offset] ?? 0;
    if (byte < 255) return [byte & 3, (byte >> 2) & 3, (byte >> 4) & 3, byte >> 6];
    return [1, 5, 9, 13].map((after) => int4(bytes, this.#offset + after));
  }
}
