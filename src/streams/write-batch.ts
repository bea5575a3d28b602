import type { Sql, TransactionSql } from 'postgres';
import { type Ahead, type BatchOutcome, type Delivery, look, write } from '../ingest/write/batch.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import type { Identified } from '../shared/post.ts';
import { lockStream } from './lock.ts';
import { saveProfile } from './profile.ts';
import { raiseRegistry } from './registry.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';
import { unifyOwner } from './unify-owner.ts';

/** What may be done while a batch is written. */
export type BatchHooks = {
  /** Creates the stream: runs first in the transaction, before the stream is looked for. */
  readonly make?: ((tx: TransactionSql) => Promise<void>) | null;
  /** What was prepared ahead; default: nothing. */
  readonly ahead?: Ahead | null;
  /** All of it is prepared, and not yet stored. `allNew`: its posts all came after those that were stored. */
  readonly onPrepared?: (allNew: boolean) => void;
  /** Runs in the transaction, and commits or fails with the rest: a job keeps its cursor by it. */
  readonly withinTransaction?: (tx: TransactionSql, outcome: BatchOutcome) => Promise<void>;
};

/**
 * Writes a batch in one transaction: profile, posts, payloads, authors, metric history, rollups and the stream's version
 * together, or nothing. The same batch twice changes nothing; transactions of one stream take turns. The stream is locked
 * first and the job second, as by whoever ends a job or deletes a stream; what crosses streams comes last.
 */
export async function writeBatch<Post extends Identified>(
  sql: Sql,
  delivery: Delivery<Post>,
  hooks: BatchHooks = {},
): Promise<BatchOutcome> {
  const { source } = delivery;
  const { account } = delivery.batch;
  const { streamId } = source;
  const { vacated, ...outcome } = await sql.begin(async (tx) => {
    await hooks.make?.(tx);
    const [, looked] = await Promise.all([lockStream(tx, streamId), look(tx, delivery)]);
    const profile = account === null ? unchanged : await saveProfile(tx, streamId, account);
    const { arrivals, isVisible, known, ...outcome } = await write(tx, delivery, {
      looked,
      ahead: hooks.ahead ?? null,
      onPrepared: hooks.onPrepared,
    });
    // Its rows were made before the stream was locked: the id may have been learned in between.
    const moved = account?.platformId === null ? await unifyOwner(tx, streamId) : null;
    if (isVisible || profile.visible || moved !== null) {
      await touch(tx, streamId, { posts: arrivals, profile: profile.visible });
    }
    await hooks.withinTransaction?.(tx, outcome);
    if (hooks.make || profile.renamed) await raiseRegistry(tx);
    return { ...outcome, vacated: await settlePosts(tx, source, known) };
  });
  await takeUpAfter(sql, vacated);
  return outcome;
}

const unchanged = { visible: false, renamed: false };
