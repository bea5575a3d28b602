import { z } from 'zod';
import type { Reach } from '../fetch-provider.ts';

const walkSchema = z.object({
  token: z.string().nullable(),
  sinceId: z.string().nullable(),
  untilId: z.string().nullable(),
  seen: z.number().int().nullable(),
});

/**
 * A walk back through a list, as its cursor remembers it. The API's token only goes with the parameters that it was
 * given for, so these are kept beside it, whatever the reach says by then.
 */
export type Walk = z.infer<typeof walkSchema> & {
  /** Posts between the newest of all and here; null where the walk began further back. */
  readonly seen: number | null;
};

/** A walk that begins where the reach does. */
export function beginning({ sinceId, untilId }: Reach): Walk {
  return { token: null, sinceId, untilId, seen: untilId === null ? 0 : null };
}

/** The walk of a cursor that `toCursor` made; null for everything else. */
export function fromCursor(cursor: string | null): Walk | null {
  if (cursor === null) return null;
  try {
    return walkSchema.parse(JSON.parse(cursor));
  } catch {
    return null;
  }
}

/** The cursor of a walk. */
export const toCursor = (walk: Walk): string => JSON.stringify(walk);

/** Whether an id lies in the reach: sinceId < id < untilId. */
export function isWithin(id: string, { sinceId, untilId }: Pick<Reach, 'sinceId' | 'untilId'>): boolean {
  return (sinceId === null || isOlder(sinceId, id)) && (untilId === null || isOlder(id, untilId));
}

/** Whether one id was given before the other. */
export function isOlder(id: string, other: string): boolean {
  return BigInt(id) < BigInt(other);
}

/** For sorting ids, newest first. */
export function newestFirst(a: string, b: string): number {
  if (a === b) return 0;
  return isOlder(a, b) ? 1 : -1;
}
