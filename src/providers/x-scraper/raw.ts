import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { readPost } from './post.ts';

/** The post of a kept payload; `account` null: it is own, whoever wrote it. Anything else is a BadInputError. */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  const post = readPost(parseRawJson(raw), account, account?.observedAt ?? 0);
  if ('unreadable' in post) {
    throw new BadInputError(`Invalid raw post: a result of X's web client is needed: ${post.unreadable}`);
  }
  // The payload does not tell when it was read; the post is at least as old as itself.
  return { ...post, observedAt: account?.observedAt ?? post.createdAt, raw };
}
