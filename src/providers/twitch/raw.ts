import { BadInputError } from '../../shared/errors.ts';
import type { NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { readChat } from './read-chat.ts';

/** Reads a stored chat line with the current parser; throws BadInputError when it is not one. */
export function parseRaw(raw: string): NormalisedPost {
  const kept = parseRawJson(raw);
  if (typeof kept !== 'object' || kept === null)
    throw new BadInputError('A raw payload is not a JSON object.');
  const { line, at, repeated } = kept as { line?: unknown; at?: unknown; repeated?: unknown };
  if (typeof line !== 'string' || typeof at !== 'number') {
    throw new BadInputError('A raw payload is not a chat line.');
  }
  const received = { at, observedAt: at, repeated: typeof repeated === 'number' ? repeated : 0 };
  const post = readChat(line, received)?.post;
  if (post === undefined) throw new BadInputError('A raw payload is not a chat message.');
  return post;
}
