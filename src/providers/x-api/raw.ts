import { z } from 'zod';
import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { postProblem } from '../net/delivery-limits.ts';
import { isWire } from '../x/json.ts';
import { readPosts } from './answer.ts';
import { mapPost, type Owner, type PostParts, partsOf } from './map-post.ts';

const observedSchema = z.object({ observed_ms: z.number().int() });

/** Converts a post. Its payload is an answer of the API that has only this post and what is needed to read it. */
export function toPost(parts: PostParts, owner: Owner, observedAt: number): NormalisedPost | string {
  const post = mapPost(parts, owner, observedAt);
  if (typeof post === 'string') return post;
  const problem = postProblem({ ...post, raw: null });
  if (problem !== null) return problem;
  const { author, answered, original, originalAuthor, media } = parts;
  const users = [author, answered, originalAuthor].flatMap((user) => user?.wire ?? []);
  const raw = {
    observed_ms: observedAt,
    data: [parts.post.wire],
    includes: {
      users: [...new Set(users)],
      tweets: original === null ? [] : [original.wire],
      media: media.map(({ wire }) => wire),
    },
  };
  return { ...post, raw: JSON.stringify(raw) };
}

/**
 * Reads a stored payload as a post of the account's stream, or of a search when the account is null. Throws
 * BadInputError when it is anything else.
 */
export function parseRaw(raw: string, account: AccountProfile | null): NormalisedPost {
  try {
    const payload: unknown = JSON.parse(raw);
    const { observed_ms } = observedSchema.parse(payload);
    const { entries, includes } = readPosts(isWire(payload) ? payload : {});
    const read = entries[0]?.post ?? 'it holds no post';
    const owner = { account, writesUnsigned: true };
    const post = typeof read === 'string' ? read : mapPost(partsOf(read, includes), owner, observed_ms);
    if (typeof post === 'string') throw new Error(post);
    return { ...post, raw };
  } catch (cause) {
    throw new BadInputError(`Invalid raw post of the X API: ${(cause as Error).message}`, { cause });
  }
}
