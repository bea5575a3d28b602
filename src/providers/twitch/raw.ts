import { BadInputError } from '../../shared/errors.ts';
import type { NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { readChat } from './read-chat.ts';

/** Reads a kept line of chat again with today's parser; throws BadInputError when it is none. */
export function parseRaw(raw: string): NormalisedPost {
  const kept = parseRawJson(raw);
  if (typeof kept !== 'object' || kept === null)
    throw new BadInputError('A raw payload is not a JSON object.');
  const { line, at, repeated } = kept as { line?: unknown; at?: unknown; repeated?: unknown };
  if (typeof line !== 'string' || typeof at !== 'number') {
    throw new BadInputError('A raw payload is no line of chat.');
  }
  const received = { at, observedAt: at, repeated: typeof repeated === 'number' ? repeated : 0 };
  const post = readChat(line, received)?.post;
  if (post === undefined) throw new BadInputError('A raw payload is no message.');
  return post;
}
