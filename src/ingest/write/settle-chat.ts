import type { TransactionSql } from 'postgres';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import type { Identified } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { findDeleted, findDeletions, saveEvents, toDeletion } from './channel-events.ts';
import { Deletions } from './deletions.ts';
import type { Incoming } from './incoming.ts';
import { findSameMessages } from './same-message.ts';

/** What a batch's events do to a channel's messages. */
type Settled = {
  /** Whether posts of the batch were left out, or got other keys: rows that were made of them are void. */
  readonly changed: boolean;
  /** Keys of stored messages that are to go. */
  readonly deleted: readonly string[];
  /** Whether an event is new. */
  readonly isNews: boolean;
};

/**
 * Keeps the events of a batch, gives messages that are stored the keys that they have there, and leaves out those that a
 * known deletion takes away, whichever came first, unless deleted messages are retained. The caller holds the stream's lock.
 */
export async function settleChat<Post extends Identified>(
  tx: TransactionSql,
  source: Source,
  incoming: Incoming<Post>,
  events: readonly ChannelEvent[],
  retainDeleted: boolean,
): Promise<Settled> {
  if (source.platform === 'X') return { changed: false, deleted: [], isNews: false };
  const added = await saveEvents(tx, source.streamId, events);
  const same = await findSameMessages(tx, source, incoming.ids);
  incoming.rekey(same);
  if (retainDeleted) return { changed: same.size > 0, deleted: [], isNews: added.length > 0 };
  const deletions = new Deletions(await findDeletions(tx, source.streamId, incoming.ids));
  const gone = deletions.isEmpty ? new Set<string>() : incoming.select((post) => deletions.cover(post));
  incoming.drop(gone);
  const deleted = await findDeleted(
    tx,
    source.streamId,
    added.flatMap((event) => toDeletion(event) ?? []),
  );
  return { changed: same.size > 0 || gone.size > 0, deleted, isNews: added.length > 0 };
}
