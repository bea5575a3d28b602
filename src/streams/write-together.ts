import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { BinaryRows } from '../ingest/write/binary-rows.ts';
import { makeNewMessages, type NewMessages } from '../ingest/write/new-messages.ts';
import { findPlain, saveOf } from '../ingest/write/of-streams.ts';
import { TrendChanges } from '../ingest/folding/changes.ts';
import { enrich } from '../ingest/enrich/enrich.ts';
import type { NormalisedPost, ProviderName } from '../shared/post.ts';
import type { ChannelEmotes } from './emote-sets.ts';
import { lockStreams } from './lock.ts';
import { touchWritten } from './touch.ts';

/** New messages of a channel from one provider. */
export type ChannelMessages = {
  readonly streamId: number;
  readonly provider: ProviderName;
  readonly posts: readonly NormalisedPost[];
  readonly emotes: ChannelEmotes;
};

type WriteOptions = {
  readonly now: () => number;
  /** Whether chat messages stay that were deleted on their platform. */
  readonly retainDeleted: boolean;
  /** Awaited when the rows are made, before anything is written. Rejects when nothing is to be written. */
  readonly turn: () => Promise<void>;
  /** Runs in the transaction after the streams are locked. Returns the streams that are still to be written. */
  readonly before: (tx: TransactionSql, streamIds: readonly number[]) => Promise<ReadonlySet<number>>;
  /** Runs in the transaction when all is written: messages by stream. */
  readonly after: (tx: TransactionSql, written: ReadonlyMap<number, number>) => Promise<void>;
};

/** Channels whose rows are made in one turn of the event loop. */
const madeInARow = 8;

/**
 * Writes messages of several channels in one transaction. Each channel comes once. Returns how many messages were
 * written, by stream. Skips a channel that somebody else is writing to, or whose messages are not all new or not all
 * to be kept: `ingest` writes these.
 */
export async function writeTogether(
  sql: Sql,
  channels: readonly ChannelMessages[],
  { now, retainDeleted, turn, before, after }: WriteOptions,
): Promise<ReadonlyMap<number, number>> {
  const trends = new TrendChanges();
  const into = new BinaryRows();
  const collectedAt = now();
  const made: NewMessages[] = [];
  for (const [index, { streamId, provider, posts, emotes }] of channels.entries()) {
    const read = (post: NormalisedPost) => enrich(post, emotes);
    const source = { streamId, platform: 'TWITCH', provider } as const;
    const messages = makeNewMessages(source, { posts, read, collectedAt }, into, trends);
    if (messages !== null) made.push(messages);
    if (index % madeInARow === madeInARow - 1) await setImmediate();
  }
  await turn();
  if (made.length === 0) return new Map();
  return sql.begin(async (tx) => {
    const locked = await lockStreams(
      tx,
      made.map(({ streamId }) => streamId),
    );
    const wanted = await before(tx, [...locked]);
    const plain = await findPlain(
      tx,
      made.filter(({ streamId }) => wanted.has(streamId)),
      retainDeleted,
    );
    if (plain.length === 0) return new Map<number, number>();
    const unfolded = await saveOf(tx, plain, trends);
    const written = plain.map(({ streamId, first, last, changes: { arrivals } }, index) => ({
      streamId,
      first,
      last,
      arrivals,
      unfolded: unfolded[index] ?? 0,
    }));
    await touchWritten(tx, written);
    const counts = new Map(plain.map(({ streamId, messages }) => [streamId, messages.length]));
    await after(tx, counts);
    return counts;
  });
}
