import type DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import type { Reads } from '../../graphql/reads.ts';
import {
  countCollected,
  findAccounts,
  findChannels,
  findStreams,
  findTopics,
  type StreamRow,
} from './query.ts';
import { createLoader } from '../../graphql/loader.ts';

/** Loads streams by id; null when there is none (any more). */
export const streamLoader = ({ db, reads }: Context): DataLoader<number, StreamRow | null> =>
  createLoader(async (ids) => {
    const rows = new Map((await findStreams(db, ids)).map((row) => [row.streamId, row]));
    for (const streamId of ids) reads.stream(streamId, rows.get(streamId)?.version);
    return ids.map((id) => rows.get(id) ?? null);
  });

/** Loads accounts on X by handle, in lower case; null when nothing was collected for one. */
export const accountLoader = ({ db, reads }: Context): DataLoader<string, StreamRow | null> =>
  createLoader(async (handles) => {
    const found = await findAccounts(db, 'X', handles);
    recordByName(reads, found);
    return handles.map((handle) => found.get(handle) ?? null);
  });

/** Loads topics by `topicIdentity`; null when nothing was collected for one. */
export const topicLoader = ({ db, reads }: Context): DataLoader<string, StreamRow | null> =>
  createLoader(async (identities) => {
    const found = await findTopics(db, identities);
    recordByName(reads, found);
    return identities.map((identity) => found.get(identity) ?? null);
  });

/** Loads channels by login; null when nothing was collected for one. */
export const channelLoader = ({ db, reads }: Context): DataLoader<string, StreamRow | null> =>
  createLoader(async (logins) => {
    const found = await findChannels(db, logins);
    recordByName(reads, found);
    return logins.map((login) => found.get(login) ?? null);
  });

/** Loads how many own posts of a stream were collected. */
export const collectedLoader = ({ db, reads }: Context): DataLoader<number, number> =>
  createLoader(async (ids) => {
    for (const streamId of ids) reads.stream(streamId);
    const counts = await countCollected(db, ids);
    return ids.map((id) => counts.get(id) ?? 0);
  });

/** Records reads by name. Another stream may get a name that is free now, or that a found stream has. */
function recordByName(reads: Reads, found: ReadonlyMap<string, StreamRow>): void {
  reads.registry();
  for (const { streamId, version } of found.values()) reads.stream(streamId, version);
}
