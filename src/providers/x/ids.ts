import type { Reach } from '../fetch-provider.ts';

// X's ids are 64-bit numbers that sort by time; as text they only sort among those of one length.

/** Whether the first of two ids was given later. */
export const isNewer = (id: string, other: string): boolean => BigInt(id) > BigInt(other);

/** For sorting ids, newest first. */
export function newestFirst(a: string, b: string): number {
  if (a === b) return 0;
  return isNewer(a, b) ? -1 : 1;
}

/** Whether an id lies in the reach: sinceId < id < untilId. */
export function isWithin(id: string, { sinceId, untilId }: Pick<Reach, 'sinceId' | 'untilId'>): boolean {
  return (sinceId === null || isNewer(id, sinceId)) && (untilId === null || isNewer(untilId, id));
}

/** The oldest of the ids; null of none. */
export function oldestOf(ids: readonly string[]): string | null {
  return ids.reduce<string | null>(
    (oldest, id) => (oldest === null || isNewer(oldest, id) ? id : oldest),
    null,
  );
}

/** The id just below, which is the highest that a range ending before `id` may hold. */
export const below = (id: string): string => String(BigInt(id) - 1n);

/** The id just above. */
export const above = (id: string): string => String(BigInt(id) + 1n);
