import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { readPost } from './post.ts';

/** The post of a kept payload; `account` null: it is own, whoever wrote it. Anything else is a BadInputError. */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  const post = readPost(parseResult(raw), account, account?.observedAt ?? 0);
  if ('unreadable' in post) {
    throw new BadInputError(`Invalid raw post: a result of X's web client is needed: ${post.unreadable}`);
  }
  // The payload does not tell when it was read; the post is at least as old as itself.
  return { ...post, observedAt: account?.observedAt ?? post.createdAt, raw };
}

function parseResult(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new BadInputError(`Invalid raw post: no JSON: ${raw.slice(0, 60)}`, { cause });
  }
}
