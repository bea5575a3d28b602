import type { TransactionSql } from 'postgres';
import { saveChanges, type StreamAdditions } from './changes.ts';
import { copyTerms } from './copy-terms.ts';
import { insertFewPosts } from './few-posts.ts';
import { insertHistory } from './history.ts';
import { insertPosts } from './posts.ts';
import type { Prepared, PreparedPosts } from './prepare.ts';
import { saveProvenance } from './provenance.ts';
import type { RawOrigin } from './raw.ts';

/**
 * Writes a prepared batch: the new posts, and all other changes. Returns what the caller adds to the stream's own row. A
 * small batch is sent as a whole and takes one round trip.
 */
export async function commit(
  tx: TransactionSql,
  origin: RawOrigin,
  { posts, provenance, changes }: Prepared,
): Promise<StreamAdditions> {
  // Nothing else can be sent during a COPY.
  const copies = !posts.areFew || provenance.raw.length > 1 || changes.rollups.months.pieces !== null;
  if (copies) {
    await insertNew(tx, origin, posts);
    await saveProvenance(tx, origin, provenance);
    return saveChanges(tx, origin.streamId, changes);
  }
  const [, , additions] = await Promise.all([
    insertNew(tx, origin, posts),
    saveProvenance(tx, origin, provenance),
    saveChanges(tx, origin.streamId, changes),
  ]);
  return additions;
}

async function insertNew(
  tx: TransactionSql,
  { streamId, collectedAt }: RawOrigin,
  { count, areFew, pieces, tagged, seenBefore }: PreparedPosts,
): Promise<void> {
  if (count === 0) return;
  if (areFew) {
    await insertFewPosts(tx, streamId, collectedAt, pieces);
  } else {
    await insertPosts(tx, takenOut(pieces));
    await copyTerms(tx, streamId, tagged);
  }
  await insertHistory(tx, streamId, seenBefore);
}

/** Releases each piece as it is sent: a page's rows are about 25 MB, and the next page is prepared meanwhile. */
function* takenOut(pieces: Buffer[]): Generator<Buffer> {
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) yield piece;
}
