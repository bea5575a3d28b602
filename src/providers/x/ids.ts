import type { Reach } from '../fetch-provider.ts';

// X's ids are 64-bit numbers that sort by time; as text, they sort correctly only among ids of the same length.

/** Whether `id` was issued after `other`. */
export const isNewer = (id: string, other: string): boolean => BigInt(id) > BigInt(other);

/** Compares ids for sorting newest first. */
export function newestFirst(a: string, b: string): number {
  if (a === b) return 0;
  return isNewer(a, b) ? -1 : 1;
}

/** Whether an id is within the reach: sinceId < id < untilId. */
export function isWithin(id: string, { sinceId, untilId }: Pick<Reach, 'sinceId' | 'untilId'>): boolean {
  return (sinceId === null || isNewer(id, sinceId)) && (untilId === null || isNewer(untilId, id));
}

/** Returns the oldest id; null when there are none. */
export function oldestOf(ids: readonly string[]): string | null {
  return ids.reduce<string | null>(
    (oldest, id) => (oldest === null || isNewer(oldest, id) ? id : oldest),
    null,
  );
}

/** Returns the id before, which is the highest id of a range that ends before `id`. */
export const below = (id: string): string => String(BigInt(id) - 1n);

/** Returns the id after. */
export const above = (id: string): string => String(BigInt(id) + 1n);
