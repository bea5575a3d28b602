import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { readPost } from './post.ts';

/** Reads a stored payload; with `account` null, the post is own. Throws BadInputError when it is anything else. */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  const post = readPost(parseRawJson(raw), account, account?.observedAt ?? 0);
  if ('unreadable' in post) {
    throw new BadInputError(`Invalid raw post: a result of X's web client is needed: ${post.unreadable}`);
  }
  // The payload does not say when it was read; the time of the post is a lower bound.
  return { ...post, observedAt: account?.observedAt ?? post.createdAt, raw };
}
