import { z } from 'zod';
import type { Rejection } from '../../shared/post.ts';
import { alongJsonMax, beyond, cursorMax, pagePostsMax, postJsonMax } from '../net/delivery-limits.ts';
import { explain } from '../x/explain.ts';
import { isId, isWire, type Wire } from '../x/json.ts';
import { misunderstood, type Problem, problemSchema } from './failures.ts';
import { type ApiMedia, type ApiPost, type ApiUser, mediaSchema, postSchema, userSchema } from './schema.ts';

/** A part of an answer, raw and parsed. */
export type Read<T> = { readonly wire: unknown; readonly value: T };

/** The `includes` of an answer, by id or key. */
export type Includes = {
  readonly posts: ReadonlyMap<string, Read<ApiPost>>;
  readonly users: ReadonlyMap<string, Read<ApiUser>>;
  readonly media: ReadonlyMap<string, Read<ApiMedia>>;
};

/** An element of `data`: its id if it has one, and the post or the reason why it cannot be read. */
type Entry = {
  readonly where: string;
  readonly id: string | null;
  readonly post: Read<ApiPost> | string;
};

/** An answer that lists posts. */
export type PostsAnswer = {
  readonly entries: readonly Entry[];
  readonly includes: Includes;
  /** Parts of `includes` that could not be read. */
  readonly rejected: readonly Rejection[];
  readonly problems: readonly Problem[];
  /** Null when the answer has no `meta`, as for lookups and refused accounts. */
  readonly page: { readonly count: number; readonly nextToken: string | null } | null;
  /** Ids of all delivered posts, including those in `includes`. */
  readonly postIds: readonly string[];
};

const wires = z.array(z.unknown()).max(pagePostsMax).nullish();

const envelopeSchema = z.object({
  data: wires,
  includes: z.object({ tweets: wires, posts: wires, users: wires, media: wires }).nullish(),
  meta: z
    .object({ result_count: z.number().int(), next_token: z.string().min(1).max(cursorMax).nullish() })
    .nullish(),
  errors: z.array(problemSchema).nullish(),
});

/** Reads an answer that lists posts, in either vocabulary; throws a ProviderError when it has another format. */
export function readPosts(body: Wire): PostsAnswer {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) throw misunderstood(explain(envelope.error));
  const { data, includes, meta, errors } = envelope.data;
  if (!data && !errors && meta?.result_count !== 0)
    throw misunderstood('data: expected array, received nothing');
  const along = includes?.tweets ?? includes?.posts ?? [];
  const posts = readPart(postSchema, includes?.tweets ? 'includes.tweets' : 'includes.posts', along, {
    keyOf: ({ id }) => id,
    jsonMax: postJsonMax,
  });
  const users = readPart(userSchema, 'includes.users', includes?.users ?? [], {
    keyOf: ({ id }) => id,
    jsonMax: alongJsonMax,
  });
  const media = readPart(mediaSchema, 'includes.media', includes?.media ?? [], {
    keyOf: (medium) => medium.media_key,
    jsonMax: alongJsonMax,
  });
  return {
    entries: (data ?? []).map(readEntry),
    includes: { posts: posts.read, users: users.read, media: media.read },
    rejected: [...posts.rejected, ...users.rejected, ...media.rejected],
    problems: errors ?? [],
    page: meta ? { count: meta.result_count, nextToken: meta.next_token ?? null } : null,
    postIds: [...new Set([...(data ?? []), ...along].flatMap((wire) => idOf(wire) ?? []))],
  };
}

function readEntry(wire: unknown, index: number): Entry {
  const id = idOf(wire);
  const where = `data.${index}${id === null ? '' : ` (post ${id})`}`;
  return { where, id, post: readOne(postSchema, wire, postJsonMax) };
}

/** Parses one part; returns the reason when it cannot be read. */
function readOne<T>(schema: z.ZodType<T>, wire: unknown, jsonMax: number): Read<T> | string {
  const problem = beyond('JSON', JSON.stringify(wire).length, jsonMax);
  if (problem !== null) return problem;
  const parsed = schema.safeParse(wire);
  return parsed.success ? { wire, value: parsed.data } : explain(parsed.error);
}

/**
 * Reads a list of `includes`. Parts that cannot be read are rejected; when none can be read, the API has changed, which
 * is an error.
 */
function readPart<T>(
  schema: z.ZodType<T>,
  where: string,
  wires: readonly unknown[],
  { keyOf, jsonMax }: { readonly keyOf: (value: T) => string; readonly jsonMax: number },
): { readonly read: ReadonlyMap<string, Read<T>>; readonly rejected: readonly Rejection[] } {
  const read = new Map<string, Read<T>>();
  const rejected: Rejection[] = [];
  for (const [index, wire] of wires.entries()) {
    const one = readOne(schema, wire, jsonMax);
    if (typeof one === 'string') rejected.push({ where: `${where}.${index}`, reason: one });
    else read.set(keyOf(one.value), one);
  }
  const [first] = rejected;
  if (first !== undefined && read.size === 0) throw misunderstood(`${first.where}.${first.reason}`);
  return { read, rejected };
}

function idOf(wire: unknown): string | null {
  const id = isWire(wire) ? wire.id : null;
  return typeof id === 'string' && isId(id) ? id : null;
}
