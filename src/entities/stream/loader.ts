import DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import { countCollected, findStreams, type StreamRow } from './query.ts';

/** Streams by id; null where there is none (any more). */
export const streamLoader = ({ db }: Context): DataLoader<number, StreamRow | null> =>
  new DataLoader(async (ids) => {
    const rows = new Map((await findStreams(db, ids)).map((row) => [row.streamId, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });

/** How many own posts of a stream were collected. */
export const collectedLoader = ({ db }: Context): DataLoader<number, number> =>
  new DataLoader(async (ids) => {
    const counts = await countCollected(db, ids);
    return ids.map((id) => counts.get(id) ?? 0);
  });
