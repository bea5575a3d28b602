import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import type { Reach } from '../fetch-provider.ts';

const walkSchema = z.object({
  token: z.string().nullable(),
  sinceId: z.string().nullable(),
  untilId: z.string().nullable(),
  seen: z.number().int().nullable(),
});

/**
 * The position of a walk back through a list; printed, it is the cursor. The API's token is valid only with the
 * parameters that it was issued for, so these are kept with it, even when the reach changes.
 */
export type Walk = z.infer<typeof walkSchema> & {
  /** Posts from the newest one to here; null when the walk began further back. */
  readonly seen: number | null;
};

/** Begins a walk at the start of the reach. */
export function beginning({ sinceId, untilId }: Reach): Walk {
  return { token: null, sinceId, untilId, seen: untilId === null ? 0 : null };
}

/** Reads a cursor that `toCursor` made; null for anything else. */
export function fromCursor(cursor: string | null): Walk | null {
  if (cursor === null) return null;
  return walkSchema.safeParse(parseJson(cursor)).data ?? null;
}

/** Prints a walk as a cursor. */
export const toCursor = (walk: Walk): string => JSON.stringify(walk);
