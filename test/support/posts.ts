import type { Database } from '../../src/db/client.ts';
import type { Source } from '../../src/ingest/write/source.ts';
import type { Batch } from '../../src/ingest/write/incoming.ts';
import { deliver } from '../../src/ingest/write/batch.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import {
  type AccountProfile,
  type ChatExtras,
  type EnrichedPost,
  type ProviderName,
  unknownMetrics,
} from '../../src/shared/post.ts';
import { type BatchHooks, writeBatch as writeWith } from '../../src/streams/write-batch.ts';

export const observed = Date.UTC(2026, 0, 1);

/** An account that no other test in the database uses. */
export function anAccount(overrides: Partial<AccountProfile> = {}): AccountProfile {
  const number = nextNumber++;
  return {
    platform: 'X',
    platformId: String(1_000_000 + number),
    handle: `user${number}`,
    displayName: `User ${number}`,
    description: null,
    avatarUrl: null,
    verified: null,
    protected: null,
    joinedAt: null,
    followers: null,
    following: null,
    reportedPosts: null,
    observedAt: observed,
    ...overrides,
  };
}
let nextNumber = 1;

/** An ordinary post with overrides. */
export function aPost(account: AccountProfile, overrides: Partial<EnrichedPost> = {}): EnrichedPost {
  const platformId = overrides.platformId ?? String(nextPostId++);
  return {
    author: {
      platformId: account.platformId,
      handle: account.handle,
      displayName: account.displayName,
      avatarUrl: null,
    },
    own: true,
    kind: 'ORIGINAL',
    text: `post ${platformId}`,
    createdAt: Date.UTC(2025, 0, 1),
    hourUnknown: false,
    language: 'en',
    metrics: unknownMetrics,
    observedAt: observed,
    media: [],
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: null,
    raw: null,
    hashtags: [],
    mentions: [],
    cashtags: [],
    urls: [],
    domains: [],
    emoji: [],
    words: [],
    sentiment: 0,
    ...overrides,
    platformId,
  };
}
let nextPostId = 1_000_000_000_000n;

/** The chat fields of an ordinary message. */
export const plainChat: ChatExtras = {
  emotes: [],
  badges: [],
  bits: 0,
  isFirst: null,
  isReturning: null,
  isAction: false,
  subscribedMonths: null,
  color: null,
};

/** The `read` function of a batch whose posts are already parsed. */
export const asGiven = (post: EnrichedPost): EnrichedPost => post;

/** Writes posts as one batch. */
export const writeBatch = (
  sql: Database['sql'],
  source: Source,
  batch: Batch<EnrichedPost>,
  hooks: BatchHooks = {},
) => writeWith(sql, deliver(source, batch), hooks);

/** Writes posts as one batch of an account's stream, which is created when missing. */
export async function savePosts(
  db: Database,
  account: AccountProfile,
  posts: readonly EnrichedPost[],
  options: { readonly provider?: ProviderName; readonly collectedAt?: number } = {},
) {
  const streamId = await findOrCreateAccount(db.sql, account);
  const source = { streamId, platform: account.platform, provider: options.provider ?? 'X_ARCHIVE' };
  const batch = { account, posts, read: asGiven, collectedAt: options.collectedAt ?? observed };
  const outcome = await writeBatch(db.sql, source, batch);
  return { streamId, ...outcome };
}
