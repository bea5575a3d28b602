import type { TransactionSql } from 'postgres';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { isOptedOut } from '../../shared/opt-out.ts';
import type { Identified } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { findDeleted, findDeletions, saveEvents, toDeletion } from './channel-events.ts';
import { Deletions } from './deletions.ts';
import type { Incoming } from './incoming.ts';
import { findOptedOut, withoutOptedOut } from './opted-out.ts';
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
 * known deletion takes away, whichever came first, unless deleted messages are retained, and those of chatters who opted out.
 * The caller holds the stream's lock.
 */
export async function settleChat<Post extends Identified>(
  tx: TransactionSql,
  source: Source,
  incoming: Incoming<Post>,
  events: readonly ChannelEvent[],
  retainDeleted: boolean,
): Promise<Settled> {
  if (source.platform === 'X') return { changed: false, deleted: [], isNews: false };
  const optedOut = await findOptedOut(tx, [
    ...incoming.authors(),
    ...events.flatMap(({ author }) => author ?? []),
  ]);
  const unwanted = incoming.select(({ author }) => author !== undefined && isOptedOut(optedOut, author));
  incoming.drop(unwanted);
  const kept = events.flatMap((event) => withoutOptedOut(event, optedOut) ?? []);
  const added = await saveEvents(tx, source, kept);
  const same = await findSameMessages(tx, source, incoming.ids);
  incoming.rekey(same);
  const changed = unwanted.size > 0 || same.size > 0;
  if (retainDeleted) return { changed, deleted: [], isNews: added.length > 0 };
  const deletions = new Deletions(await findDeletions(tx, source.streamId, incoming.ids));
  const gone = deletions.isEmpty ? new Set<string>() : incoming.select((post) => deletions.cover(post));
  incoming.drop(gone);
  const deleted = await findDeleted(
    tx,
    source.streamId,
    added.flatMap((event) => toDeletion(event) ?? []),
  );
  return { changed: changed || gone.size > 0, deleted, isNews: added.length > 0 };
}
