import type { TransactionSql } from 'postgres';
import { isOptedOut } from '../../shared/opt-out.ts';
import type { Identified } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { findDeleted, findDeletions, saveEvents, toDeletion } from './channel-events.ts';
import { Deletions } from './deletions.ts';
import type { Batch, Incoming } from './incoming.ts';
import { findOptedOut, withoutOptedOut } from './opted-out.ts';
import { findSameMessages } from './same-message.ts';

/** What a batch's events do to a channel's messages. */
type Settled<Post extends Identified> = {
  /** The batch's messages, without those that are left out: others than came when rows that were made of them are void. */
  readonly incoming: Incoming<Post>;
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
  came: Incoming<Post>,
  { events = [], retainDeleted = false }: Pick<Batch<Post>, 'events' | 'retainDeleted'>,
): Promise<Settled<Post>> {
  if (source.platform === 'X') return { incoming: came, deleted: [], isNews: false };
  const optedOut = await findOptedOut(tx, [
    ...came.authors(),
    ...events.flatMap(({ author }) => author ?? []),
  ]);
  const isUnwanted = ({ author }: Post) => author !== undefined && isOptedOut(optedOut, author);
  const wanted = came.without(came.select(isUnwanted));
  const kept = events.flatMap((event) => withoutOptedOut(event, optedOut) ?? []);
  const added = await saveEvents(tx, source, kept);
  const incoming = wanted.rekeyed(await findSameMessages(tx, source, wanted.ids));
  const isNews = added.length > 0;
  if (retainDeleted) return { incoming, deleted: [], isNews };
  const deletions = new Deletions(await findDeletions(tx, source.streamId, incoming.ids));
  const gone = deletions.isEmpty ? new Set<string>() : incoming.select((post) => deletions.cover(post));
  const deleted = await findDeleted(
    tx,
    source.streamId,
    added.flatMap((event) => toDeletion(event) ?? []),
  );
  return { incoming: incoming.without(gone), deleted, isNews };
}
