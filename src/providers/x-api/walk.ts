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
 * A walk back through a list, as its cursor remembers it. The API's token only goes with the parameters that it was
 * given for, so these are kept beside it, whatever the reach says by then.
 */
export type Walk = z.infer<typeof walkSchema> & {
  /** Posts between the newest of all and here; null when the walk began further back. */
  readonly seen: number | null;
};

/** A walk that begins where the reach does. */
export function beginning({ sinceId, untilId }: Reach): Walk {
  return { token: null, sinceId, untilId, seen: untilId === null ? 0 : null };
}

/** The walk of a cursor that `toCursor` made; null for everything else. */
export function fromCursor(cursor: string | null): Walk | null {
  if (cursor === null) return null;
  return walkSchema.safeParse(parseJson(cursor)).data ?? null;
}

/** The cursor of a walk. */
export const toCursor = (walk: Walk): string => JSON.stringify(walk);
