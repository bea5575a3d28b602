import fc from 'fast-check';
import type { Database } from '../../src/db/client.ts';
import { removeOldPosts } from '../../src/streams/expire.ts';
import { hourMs } from '../../src/shared/instant.ts';
import { type EnrichedPost, unknownMetrics } from '../../src/shared/post.ts';
import { findOrCreateAccount, findOrCreateTopic } from '../../src/streams/create.ts';
import { deleteStreamRows } from '../../src/streams/delete.ts';
import { rebuildStream } from '../../src/streams/rebuild.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from './posts.ts';

const writer = anAccount();
const begin = Date.UTC(2025, 0, 1);

/** The earliest instant of a post; the posts of `someStep` are within three days after it. */
export const beginning = begin;

/** Two topics and an account, which may share posts. Each is created when a step first uses it. */
export const slots = ['topic one', 'topic two', 'the account'] as const;
export type Slot = (typeof slots)[number];

/** One operation on one of the streams. */
export type Step =
  | {
      readonly kind: 'write';
      readonly slot: Slot;
      readonly posts: readonly Delivered[];
      readonly deleted: readonly string[];
      readonly crashes: boolean;
    }
  | { readonly kind: 'expire'; readonly slot: Slot; readonly beforeHour: number }
  | { readonly kind: 'rebuild'; readonly slot: Slot }
  | { readonly kind: 'delete'; readonly slot: Slot };

type Delivered = Pick<EnrichedPost, 'platformId' | 'own' | 'kind' | 'hashtags' | 'hourUnknown'> & {
  readonly likes: number | null;
  readonly parent: string | null;
  readonly author: string;
  readonly hour: number;
  readonly seen: number;
};

const id = fc.integer({ min: 1, max: 14 }).map(String);
const delivered: fc.Arbitrary<Delivered> = fc.record({
  platformId: id,
  own: fc.boolean(),
  kind: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const, 'REPOST' as const),
  hashtags: fc.uniqueArray(fc.constantFrom('one', 'two', 'three'), { maxLength: 3 }),
  parent: fc.option(id),
  author: fc.constantFrom('901', '902', '903'),
  likes: fc.option(fc.nat(3)),
  hour: fc.nat(70),
  hourUnknown: fc.boolean(),
  seen: fc.nat(5),
});
const slot = fc.constantFrom(...slots);

/** Mostly writes. */
export const someStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      slot,
      posts: fc.array(delivered, { maxLength: 8 }),
      deleted: fc.array(id, { maxLength: 3 }),
      crashes: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('expire' as const), slot, beforeHour: fc.nat(70) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rebuild' as const), slot }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), slot }) },
);

const makeSlot = (db: Database, name: Slot): Promise<number> =>
  name === 'the account' ? findOrCreateAccount(db.sql, writer) : findOrCreateTopic(db.sql, name);

/** Deletes all streams. */
export async function clear(db: Database): Promise<void> {
  const streams = await db.sql<{ id: number }[]>`select stream_id as id from streams`;
  for (const { id: streamId } of streams) await deleteStreamRows(db.sql, streamId);
}

/**
 * Performs a step, and creates the stream when it is missing. Fails with NOT_FOUND when another step deletes the stream
 * meanwhile.
 */
export async function perform(db: Database, step: Step): Promise<void> {
  const streamId = await makeSlot(db, step.slot);
  if (step.kind === 'delete') await deleteStreamRows(db.sql, streamId);
  else if (step.kind === 'rebuild') await rebuildStream(db.sql, streamId, () => null);
  else if (step.kind === 'expire') {
    await removeOldPosts(db.sql, streamId, { posts: new Date(begin + step.beforeHour * hourMs), raw: null });
  } else await write(db, streamId, step);
}

/**
 * Authors are identified by their ids. In the account's stream the account is the author of all posts, since there a
 * post cannot have two authors.
 */
const authorOf = (id: string) => ({
  platformId: id,
  handle: `user${id}`,
  displayName: null,
  avatarUrl: null,
});

async function write(db: Database, streamId: number, step: Extract<Step, { kind: 'write' }>): Promise<void> {
  const posts = step.posts.map(({ parent, author, hour, seen, likes, ...post }) =>
    aPost(writer, {
      ...post,
      author: authorOf(step.slot === 'the account' ? String(writer.platformId) : author),
      createdAt: begin + (post.hourUnknown ? Math.floor(hour / 24) * 24 : hour) * hourMs,
      metrics: { ...unknownMetrics, likes },
      observedAt: observed + seen * hourMs,
      replyTo: parent === null ? null : { postId: parent, authorId: null, handle: null },
    }),
  );
  const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
  const batch = { account: null, posts, deleted: step.deleted, read: asGiven, collectedAt: observed };
  const crash = () => Promise.reject(new Error('crash'));
  if (step.crashes) {
    const crashed = writeBatch(db.sql, source, batch, { withinTransaction: crash });
    await crashed.then(
      () => Promise.reject(new Error('it did not crash')),
      (error: Error) => (error.message === 'crash' ? null : Promise.reject(error)),
    );
  }
  await writeBatch(db.sql, source, batch);
}

type Row = { stream: number; post: string; own: boolean; parent: string | null; stands: boolean; at: Date };
type KnownPost = { post: string; stream: number; own: boolean; parent: string | null };

/** The stream that stands for each own post, read from the registry. */
export async function holders(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.sql<
    KnownPost[]
  >`select post_id as post, stream_id as stream from known_posts where own`;
  return new Map(rows.map(({ post, stream }) => [post, stream]));
}

/**
 * All errors in the registry and the flags, checked row by row; empty when all is right. `before`: the stream that
 * stood for each post earlier. When its row can still stand, it must still stand.
 */
export async function findWrong(
  db: Database,
  before: ReadonlyMap<string, number> = new Map(),
): Promise<readonly string[]> {
  const rows = await db.sql<Row[]>`
    select stream_id as stream, post_id as post, own, parent_id as parent, stands, collected_at as at from posts
    order by collected_at, stream_id`;
  const known = await db.sql<KnownPost[]>`
    select post_id as post, stream_id as stream, own, parent_id as parent from known_posts`;
  const wrong: string[] = [];
  const say = (post: string, what: string) => void wrong.push(`${post}: ${what}`);
  const ofPost = new Map<string, Row[]>();
  for (const row of rows) ofPost.set(row.post, [...(ofPost.get(row.post) ?? []), row]);
  const knownOf = new Map(known.map((each) => [each.post, each]));
  for (const { post } of known) if (!ofPost.has(post)) say(post, 'known, and no stream has it');
  for (const [post, mine] of ofPost) {
    const one = knownOf.get(post);
    if (one === undefined) {
      say(post, 'not known');
      continue;
    }
    const own = mine.filter((row) => row.own);
    const holder = mine.find((row) => row.stream === one.stream);
    if (holder === undefined) say(post, 'known by a stream that does not have it');
    if (one.own !== own.length > 0) say(post, `known as ${one.own ? '' : 'not '}own`);
    if (holder !== undefined && holder.own !== one.own)
      say(post, 'the row that stands is not as it is known');
    const standing = own.filter((row) => row.stands);
    if (standing.length !== (own.length > 0 ? 1 : 0)) say(post, `${standing.length} own rows stand`);
    if (standing[0] !== undefined && standing[0].stream !== one.stream) say(post, 'another row stands');
    if (mine.some((row) => !row.own && !row.stands)) say(post, 'a row that is not own is a double');
    if (one.parent !== (holder?.parent ?? mine.find((row) => row.parent !== null)?.parent ?? null))
      say(post, 'has another parent');
    const past = before.get(post);
    if (past !== undefined && own.some((row) => row.stream === past) && past !== one.stream)
      say(post, 'was taken from a row that could stand');
  }
  const notes = await db.sql<{ post: string }[]>`select post_id as post from vacant_posts`;
  for (const { post } of notes) say(post, 'was not taken up');
  return [...wrong, ...(await findWrongTerms(db))];
}

/** Compares the standing terms with each post's hashtags. */
async function findWrongTerms(db: Database): Promise<readonly string[]> {
  const posts = await db.sql<{ post: string; author: string; hashtags: string[] }[]>`
    select distinct on (post_id) post_id as post, author_id as author, hashtags from posts
    where own and stands and kind <> 'REPOST'`;
  const expected = posts.flatMap(({ post, author, hashtags }) =>
    hashtags.map((tag) => `${post} ${tag} ${author}`),
  );
  const terms = await db.sql<{ said: string }[]>`
    select post_id || ' ' || term || ' ' || author_id as said from post_terms where stands`;
  const found = terms.map(({ said }) => said);
  const [toBe, are] = [new Set(expected), new Set(found)];
  const lacking = expected.filter((each) => !are.has(each)).map((each) => `term ${each} is missing`);
  const surplus = found.filter((each) => !toBe.has(each)).map((each) => `term ${each} is too many`);
  const twice = found.length === are.size ? [] : ['a term stands twice'];
  return [...lacking, ...surplus, ...twice];
}
