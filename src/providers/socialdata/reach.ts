import type { Reach } from '../fetch-provider.ts';

/** Whether the first id is the greater, that is, newer one. */
export function isAbove(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other);
}

/** Whether a post with the id is asked for: sinceId < id < untilId. */
export function isWithin(id: string, { sinceId, untilId }: Pick<Reach, 'sinceId' | 'untilId'>): boolean {
  return (sinceId === null || isAbove(id, sinceId)) && (untilId === null || isAbove(untilId, id));
}

/** The lowest of the ids; null of none. */
export function lowestOf(ids: readonly string[]): string | null {
  return ids.reduce<string | null>(
    (lowest, id) => (lowest === null || isAbove(lowest, id) ? id : lowest),
    null,
  );
}

/** The id before. */
export function before(id: string): string {
  return String(BigInt(id) - 1n);
}

/** The id after. */
export function after(id: string): string {
  return String(BigInt(id) + 1n);
}
