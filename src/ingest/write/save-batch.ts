import type { TransactionSql } from 'postgres';
import type { Identified } from '../../shared/post.ts';
import type { Arrivals } from './changes.ts';
import type { NewPosts } from './new-posts.ts';
import type { RawOrigin } from './raw.ts';

/**
 * Adds the posts that a stream does not have, `inserted` of them, and saves all else that the batch changes. Returns what
 * arrived. All of a small batch is sent together, and takes one round trip.
 */
export async function saveBatch<Post extends Identified>(
  tx: TransactionSql,
  newPosts: NewPosts<Post>,
  origin: RawOrigin,
  inserted: number,
): Promise<Arrivals> {
  const { provenance, changes, areFew } = newPosts;
  if (areFew && inserted > 0) await newPosts.makeFew();
  if (!areFew || (await needsCopy(newPosts, origin.streamId))) {
    if (inserted > 0) await newPosts.insert(tx);
    await provenance.save(tx, origin);
    return changes.save(tx, origin.streamId);
  }
  const [, , arrivals] = await Promise.all([
    inserted > 0 ? newPosts.insert(tx) : null,
    provenance.save(tx, origin),
    changes.save(tx, origin.streamId),
  ]);
  return arrivals;
}

/** Whether a few posts bring so much that some of it goes by COPY, during which nothing else can be sent. */
async function needsCopy<Post extends Identified>(
  { provenance, changes }: NewPosts<Post>,
  streamId: number,
): Promise<boolean> {
  const [packed, rollups] = await Promise.all([provenance.pack(), changes.prepare(streamId)]);
  return packed.length > 1 || rollups.months.pieces !== null;
}
