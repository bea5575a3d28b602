import { type Context, loaderOf } from '../../graphql/context.ts';
import { BadInputError, NotFoundError } from '../../shared/errors.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import { streamLoader } from './loader.ts';
import type { StreamRow } from './query.ts';

/** Returns the number of the stream that a global id names; BAD_INPUT when it names none. */
export function parseStreamId(id: string | number): number {
  const match = /^(Account|Topic|Channel):(\d{1,9})$/.exec(
    Buffer.from(String(id), 'base64').toString('utf8'),
  );
  if (!match) throw new BadInputError(`Not the id of a stream: ${String(id).slice(0, 60)}`);
  return Number(match[2]);
}

/**
 * Loads a stream by its id without the type; null when there is none. Ids come from outside: BAD_INPUT when it is not
 * an id.
 */
export async function loadStream(context: Context, id: string): Promise<StreamRow | null> {
  const streamId = rowIdOf(id);
  if (streamId === null) throw new BadInputError(`Not an id of a stream: ${id.slice(0, 40)}`);
  return loaderOf(context, streamLoader).load(streamId);
}

const kinds: Readonly<Record<string, StreamRow['kind']>> = {
  Account: 'ACCOUNT',
  Topic: 'TOPIC',
  Channel: 'CHANNEL',
};

/** Returns the stream that a global id names; NOT_FOUND when there is none, or when it has another type. */
export async function getStream(
  context: Context,
  { typename, id }: { readonly typename: string; readonly id: string },
): Promise<StreamRow> {
  const kind = kinds[typename];
  const stream = kind === undefined ? null : await loadStream(context, id);
  if (stream === null || stream.kind !== kind) throw new NotFoundError('No such stream');
  return stream;
}
