import type { Database } from '../../db/client.ts';
import type { Bucket } from '../../shared/bucket.ts';
import { dayMs, quarterMs } from '../../shared/instant.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { partsOf } from './chatter-parts.ts';
import { listPieces } from './chatters.ts';
import { Notes, quartersOfDay } from './packed-chatters.ts';
import { floorQuarter, type StatsScope } from './scope.ts';

/**
 * Whether quarter-hours are enough to count a scope's chatters: when the chat's days are kept, and the zone only
 * changes its clocks at quarter-hours and never back into the previous day. Otherwise the messages are read.
 */
export function canCountByQuarters({ keepsMinutes, span, zone }: StatsScope): boolean {
  if (!keepsMinutes || span === null) return false;
  // When clocks go back over midnight just before the scope, the previous day continues inside it. So this also checks
  // the day before.
  const spans = offsetSpans(zone, floorQuarter(span.from) - dayMs, span.to);
  return spans.every(({ since, offsetMs }, at) => {
    const before = spans[at - 1];
    if (before === undefined) return true;
    const dayOf = (local: number) => Math.floor(local / dayMs);
    return since % quarterMs === 0 && dayOf(since + offsetMs) >= dayOf(since - 1 + before.offsetMs);
  });
}

/** Counts the distinct chatters of a scope in each bucket, by its key. The buckets are in order and cover the scope. Buckets without chatters are left out. */
export async function countByBucket(
  db: Database,
  scope: StatsScope,
  buckets: readonly Bucket[],
): Promise<ReadonlyMap<number, number>> {
  const bounds = buckets.flatMap(({ start, end }) => [start, end]);
  const areDays = buckets.every(({ start, end }) => start % dayMs === 0 && end === start + dayMs);
  let first = 0;
  const keysOf = (day: number) => {
    while ((buckets[first]?.end ?? Number.POSITIVE_INFINITY) <= day) first += 1;
    return keysOfBuckets(day, buckets, first);
  };
  const pieces = await listPieces(db, scope, { detail: areDays ? 'count' : 'ids', bounds, keysOf });
  const counts = new Float64Array(buckets.length);
  for (const { ids, chatters, keys } of pieces) {
    const key = keys[0] ?? 0;
    if (ids === null) counts[key] = (counts[key] ?? 0) + chatters;
  }
  const lastOf = new Notes();
  for await (const part of partsOf(pieces)) {
    lastOf.clear();
    for (const piece of pieces) {
      const { numbers, keys, length } = part.read(piece);
      const last = lastOf.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) {
        const [number, key] = [numbers[at] ?? 0, keys[at] ?? 0];
        // Pieces come in order of time: who was last seen in another bucket was not seen in this one.
        if (last[number] === key + 1) continue;
        last[number] = key + 1;
        counts[key] = (counts[key] ?? 0) + 1;
      }
    }
  }
  return new Map(buckets.flatMap(({ key }, at) => (counts[at] ? [[key, counts[at]]] : [])));
}

/** The place of the bucket in which each quarter-hour of a day lies, from one of them on; -1 where none is. */
export function keysOfBuckets(
  day: number,
  buckets: readonly Pick<Bucket, 'start' | 'end'>[],
  first = 0,
): Int32Array {
  const keys = new Int32Array(quartersOfDay).fill(-1);
  let at = first;
  for (let quarter = 0; quarter < quartersOfDay; quarter += 1) {
    const instant = day + quarter * quarterMs;
    while (at < buckets.length && (buckets[at]?.end ?? 0) <= instant) at += 1;
    const bucket = buckets[at];
    if (bucket !== undefined && bucket.start <= instant) keys[quarter] = at;
  }
  return keys;
}

/**
 * Counts the distinct chatters of a scope in each step of a cycle, such as the hours of a week. The cycle has `length` steps; `stepOf`
 * returns the step of a local time in milliseconds. Steps without chatters are left out.
 */
export async function countByStep(
  db: Database,
  scope: StatsScope,
  { length, stepOf }: { readonly length: number; readonly stepOf: (local: number) => number },
): Promise<ReadonlyMap<number, number>> {
  const keysOf = (day: number) => {
    const spans = offsetSpans(scope.zone, day, day + dayMs);
    return new Int32Array(quartersOfDay).map((_, quarter) => {
      const instant = day + quarter * quarterMs;
      return stepOf(instant + (spans.find(({ to }) => to > instant)?.offsetMs ?? 0));
    });
  };
  const pieces = await listPieces(db, scope, { detail: 'ids', bounds: 'all', keysOf });
  const counts = new Float64Array(length);
  const words = Math.ceil(length / 32);
  const seen = new Notes(words);
  for await (const part of partsOf(pieces)) {
    seen.clear();
    for (const piece of pieces) {
      const { numbers, keys, length: sightings } = part.read(piece);
      const bits = seen.of(part.numbers.size);
      for (let at = 0; at < sightings; at += 1) {
        const key = keys[at] ?? 0;
        const [word, bit] = [(numbers[at] ?? 0) * words + (key >>> 5), 1 << (key & 31)];
        if (((bits[word] ?? 0) & bit) !== 0) continue;
        bits[word] = (bits[word] ?? 0) | bit;
        counts[key] = (counts[key] ?? 0) + 1;
      }
    }
  }
  return new Map([...counts].flatMap((count, step) => (count > 0 ? [[step, count]] : [])));
}

/** Counts the chatters of a scope, without some ids. */
export async function countDistinct(
  db: Database,
  scope: StatsScope,
  without: readonly string[],
): Promise<number> {
  const pieces = await listPieces(db, scope, { detail: 'ids', bounds: [] });
  let count = 0;
  const seen = new Notes();
  for await (const part of partsOf(pieces, without)) {
    // These are left out: they have the first numbers.
    const left = part.numbers.size;
    seen.clear();
    for (const piece of pieces) {
      const { numbers, length } = part.read(piece);
      const isSeen = seen.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) {
        const number = numbers[at] ?? 0;
        if (number < left || isSeen[number] === 1) continue;
        isSeen[number] = 1;
        count += 1;
      }
    }
  }
  return count;
}
