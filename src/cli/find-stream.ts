import { findAccount, findTopic, type StreamRow } from '../entities/stream/query.ts';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import { parseHandle } from '../shared/handle.ts';
import { parseTopicQuery } from '../shared/topic.ts';
import type { OpenStore } from '../store.ts';

/** The stream that people call so: an account by its handle, else a topic by its query; NOT_FOUND without either. */
export async function getNamedStream({ db }: OpenStore, name: string): Promise<StreamRow> {
  const handle = asHandle(name);
  const account = handle === null ? null : await findAccount(db, 'X', handle);
  const stream = account ?? (await findTopic(db, parseTopicQuery(name)));
  if (stream === null) {
    throw new NotFoundError(`Nothing was collected of ${handle === null ? `"${name}"` : `@${handle}`}`);
  }
  return stream;
}

function asHandle(name: string): string | null {
  try {
    return parseHandle(name);
  } catch (error) {
    if (error instanceof BadInputError) return null;
    throw error;
  }
}
