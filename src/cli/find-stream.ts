import { findAccount, findChannels, findTopic, type StreamRow } from '../entities/stream/query.ts';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import { parseHandle } from '../shared/handle.ts';
import { parseTopicQuery } from '../shared/topic.ts';
import type { OpenStore } from '../store.ts';

/**
 * Finds a stream by name: an account by its handle, else a channel by its login, else a topic by its query. Throws
 * NOT_FOUND.
 */
export async function getNamedStream({ db }: OpenStore, name: string): Promise<StreamRow> {
  const handle = asHandle(name);
  const account = handle === null ? null : await findAccount(db, 'X', handle);
  const channel = account ?? (handle === null ? null : await findChannel(db, handle.toLowerCase()));
  const stream = channel ?? (await findTopic(db, parseTopicQuery(name)));
  if (stream === null) {
    throw new NotFoundError(`Nothing was collected of ${handle === null ? `"${name}"` : `@${handle}`}`);
  }
  return stream;
}

const findChannel = async (db: OpenStore['db'], login: string) =>
  (await findChannels(db, [login])).get(login) ?? null;

function asHandle(name: string): string | null {
  try {
    return parseHandle(name);
  } catch (error) {
    if (error instanceof BadInputError) return null;
    throw error;
  }
}
