import type { Database } from '../../db/client.ts';
import type { Bucket } from '../../shared/bucket.ts';
import { dayMs, quarterMs } from '../../shared/instant.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { chattersOf } from './chatters.ts';
import { ChatterNumbers, Notes, quartersOfDay } from './packed-chatters.ts';
import { floorQuarter, type StatsScope } from './scope.ts';

/**
 * Whether quarter-hours are enough to count the chatters of a scope: of a chat whose days are kept, in a zone whose clocks were set on
 * quarter-hours only, and never back into the day before. Else the messages are read.
 */
export function tellsChatters({ keepsMinutes, span, zone }: StatsScope): boolean {
  if (!keepsMinutes || span === null) return false;
  // Clocks that went back over midnight just before the scope make the day before go on in it, after its end: so this looks a day back.
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
  const numbers = new ChatterNumbers();
  const bounds = buckets.flatMap(({ start, end }) => [start, end]);
  const areDays = buckets.every(({ start, end }) => start % dayMs === 0 && end === start + dayMs);
  const counts = new Float64Array(buckets.length);
  const lastOf = new Notes();
  let first = 0;
  for await (const piece of chattersOf(db, scope, { telling: areDays ? 'count' : 'ids', bounds, numbers })) {
    while ((buckets[first]?.end ?? Number.POSITIVE_INFINITY) <= piece.day) first += 1;
    const keys = keysOf(piece.day, buckets, first);
    if (piece.numbers === null) {
      const key = keys[0] ?? 0;
      counts[key] = (counts[key] ?? 0) + piece.chatters;
      continue;
    }
    // Stretches come in order of time: who was last seen in another bucket was not seen in this one.
    const last = lastOf.of(numbers.size);
    piece.each(keys, (number, key) => {
      if (last[number] === key + 1) return;
      last[number] = key + 1;
      counts[key] = (counts[key] ?? 0) + 1;
    });
  }
  return new Map(buckets.flatMap(({ key }, at) => (counts[at] ? [[key, counts[at]]] : [])));
}

/** The place of the bucket in which each quarter-hour of a day lies, from one of them on; -1 where none is. */
export function keysOf(
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
  const numbers = new ChatterNumbers();
  const counts = new Map<number, number>();
  const words = Math.ceil(length / 32);
  const seen = new Notes(words);
  for await (const piece of chattersOf(db, scope, { telling: 'ids', bounds: 'all', numbers })) {
    const spans = offsetSpans(scope.zone, piece.day, piece.day + dayMs);
    const keys = new Int32Array(quartersOfDay).map((_, quarter) => {
      const instant = piece.day + quarter * quarterMs;
      return stepOf(instant + (spans.find(({ to }) => to > instant)?.offsetMs ?? 0));
    });
    const bits = seen.of(numbers.size);
    piece.each(keys, (number, key) => {
      const [word, bit] = [number * words + (key >>> 5), 1 << (key & 31)];
      if (((bits[word] ?? 0) & bit) !== 0) return;
      bits[word] = (bits[word] ?? 0) | bit;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  return counts;
}

/** How many wrote in a scope, beside some, by their ids. */
export async function countDistinct(
  db: Database,
  scope: StatsScope,
  without: readonly string[],
): Promise<number> {
  const numbers = new ChatterNumbers();
  for (const id of without) numbers.ofAuthor(id);
  // These are left out: they have the first numbers.
  const left = numbers.size;
  const seen = new Notes();
  let count = 0;
  for await (const piece of chattersOf(db, scope, { telling: 'ids', bounds: [], numbers })) {
    const isSeen = seen.of(numbers.size);
    piece.each(everyQuarter, (number) => {
      if (number < left || isSeen[number] === 1) return;
      isSeen[number] = 1;
      count += 1;
    });
  }
  return count;
}

/** The same key for each quarter-hour of a day. */
export const everyQuarter = new Int32Array(quartersOfDay);
