import type { TransactionSql } from 'postgres';
import { isOptedOut } from '../../shared/opt-out.ts';
import type { Identified } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { findDeleted, findDeletions, saveEvents, toDeletion } from './channel-events.ts';
import { Deletions } from './deletions.ts';
import type { Batch, Incoming } from './incoming.ts';
import { findOptedOut, withoutOptedOut } from './opted-out.ts';
import { findSameMessages } from './same-message.ts';

/** The effect of a batch's events on a channel's messages. */
type Settled<Post extends Identified> = {
  /**
   * The batch's messages without those that are left out. When it differs from the input, rows made from the input are
   * void.
   */
  readonly incoming: Incoming<Post>;
  /** Keys of stored messages to be deleted. */
  readonly deleted: readonly string[];
  /** Whether an event is new. */
  readonly isNews: boolean;
};

/**
 * Saves the events of a batch, and gives stored messages their stored keys. Leaves out messages of chatters who opted
 * out, and messages that a known deletion removes, in whatever order they came, unless deleted messages are retained.
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
