import fc from 'fast-check';
import type { Database } from '../../src/db/client.ts';
import { type AccountProfile, type EnrichedPost, unknownMetrics } from '../../src/shared/post.ts';
import type { GivenPost } from './conversations.ts';
import { aPost, asGiven, observed, writeBatch } from './posts.ts';

const hourMs = 3_600_000;

/** Posts of an account and two others that reply to each other, to themselves, and to missing posts. */
export const threadPosts = (account: AccountProfile, most: number): fc.Arbitrary<GivenPost[]> =>
  fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: most }),
      parent: fc.option(fc.integer({ min: 1, max: most + 2 }), { nil: null, freq: 5 }),
      answersSomebody: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      author: fc.constantFrom(String(account.platformId), '8', '9'),
      likes: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
      createdAt: fc.integer({ min: 0, max: 50 }).map((hours) => observed - 1_000 * hourMs + hours * hourMs),
    }),
    { selector: (post) => post.id, maxLength: most },
  );

/** The post for a batch; ids start at `firstId`. */
export function toThreadPost(account: AccountProfile, firstId: number, given: GivenPost): EnrichedPost {
  const { id, parent, answersSomebody, author, likes, createdAt } = given;
  const isReply = parent !== null || answersSomebody;
  return aPost(account, {
    platformId: String(firstId + id),
    author: { platformId: author, handle: `who${author}`, displayName: null, avatarUrl: null },
    own: author === account.platformId,
    kind: isReply ? 'REPLY' : 'ORIGINAL',
    replyTo: isReply
      ? { postId: parent === null ? null : String(firstId + parent), authorId: null, handle: 'whom' }
      : null,
    metrics: { ...unknownMetrics, likes },
    createdAt,
  });
}

/** Writes posts to a stream as one batch, which also reports deleted posts. */
export async function writeThreadPosts(
  db: Database,
  streamId: number,
  posts: readonly EnrichedPost[],
  deleted: readonly string[] = [],
): Promise<void> {
  const batch = { account: null, posts, deleted, read: asGiven, collectedAt: observed };
  await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
}
