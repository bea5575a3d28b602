import { enrich } from '../../src/ingest/enrich/enrich.ts';
import { accountPages, syntheticAccounts } from '../../src/providers/synthetic/provider.ts';
import { must } from '../../src/shared/errors.ts';
import type { EnrichedPost, NormalisedPost } from '../../src/shared/post.ts';
import type { Database } from '../../src/db/client.ts';
import { verifyStream } from '../../src/ingest/write/recount.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { asGiven, observed, writeBatch } from './posts.ts';

/** Enriches a post as an earlier release might have done: most values differ from today's. */
export function enrichAsBefore(post: NormalisedPost): EnrichedPost {
  const now = enrich(post);
  return {
    ...now,
    hashtags: now.hashtags.slice(1).concat('older'),
    words: now.words.map((word) => word.slice(0, 3)).filter((word, at, all) => all.indexOf(word) === at),
    emoji: [],
    language: now.language === 'en' ? 'xx' : now.language,
    // The earlier release scored every post.
    sentiment: now.sentiment === null || now.sentiment === 0 ? 0.9 : -now.sentiment,
  };
}

/** A generated account and its posts. */
export function made(posts: number, seed = 1) {
  const options = { users: 1, posts, hashtags: 20, seed, endingAt: observed };
  const { profile } = must(syntheticAccounts(options)[0], 'one was asked for');
  return { profile, posts: [...accountPages(options, 0)].flatMap((page) => page.posts) };
}

/**
 * Writes posts as today's version does, or as an older one did. `isOlder`: with the older version's derivations, and
 * without a version of the search rules.
 */
export async function saveMade(
  db: Database,
  { profile, posts }: ReturnType<typeof made>,
  isOlder: boolean,
): Promise<number> {
  const streamId = await findOrCreateAccount(db.sql, profile);
  const derive = isOlder ? enrichAsBefore : (post: NormalisedPost) => enrich(post);
  const batch = { account: profile, posts: posts.map(derive), read: asGiven, collectedAt: observed };
  await writeBatch(db.sql, { streamId, platform: 'X', provider: 'SYNTHETIC' }, batch);
  if (isOlder) {
    // In the older version Postgres split the text into words.
    await db.sql`update posts set search_rules = null, search = to_tsvector('simple', text) where stream_id = ${streamId}`;
    await markAsOlder(db, streamId);
  }
  return streamId;
}

/** Marks a stream as stored by an older version. */
export async function markAsOlder(db: Database, streamId: number): Promise<void> {
  await db.sql`update streams set derivation = 0, derived_version = 0 where stream_id = ${streamId}`;
}

/** All derived data of a stream, row by row, and the differences that a recount finds. */
export async function derivedOf(db: Database, streamId: number) {
  const rows = async (table: string, order: string) =>
    (
      await db.sql.unsafe(
        `select to_jsonb(t) - 'stream_id' - 'collected_at' as row from ${table} t where stream_id = $1 order by ${order}`,
        [streamId],
      )
    ).map(({ row }) => row);
  return {
    posts: await rows('posts', 'post_id'),
    terms: await rows('post_terms', 'term, created_at, post_id'),
    activity: await rows('activity', 'bucket'),
    minutes: await rows('activity_minutes', 'bucket'),
    observed: await rows('observed_activity', 'bucket'),
    totals: await rows('tally_totals', 'dimension, value'),
    wrong: await verifyStream(db.sql, streamId),
  };
}
