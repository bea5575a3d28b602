import type { Sql, TransactionSql } from 'postgres';
import { type Ahead, type BatchOutcome, type Delivery, readStored, write } from '../ingest/write/batch.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import type { Identified } from '../shared/post.ts';
import { lockStream } from './lock.ts';
import { saveProfile } from './profile.ts';
import { raiseRegistry } from './registry.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';
import { unifyOwner } from './unify-owner.ts';

/** Callbacks and options of a write. */
export type BatchHooks = {
  /** Creates the stream. Runs first in the transaction, before the stream is locked. */
  readonly make?: ((tx: TransactionSql) => Promise<void>) | null;
  /** What was prepared ahead; default: nothing. */
  readonly ahead?: Ahead | null;
  /** Called when all rows are prepared and none is stored. `allNew`: all posts come after the stored ones. */
  readonly onPrepared?: (allNew: boolean) => void;
  /** Runs in the transaction, and commits or rolls back with it. A job saves its cursor here. */
  readonly withinTransaction?: (tx: TransactionSql, outcome: BatchOutcome) => Promise<void>;
};

/**
 * Writes a batch in one transaction: profile, posts, payloads, authors, metric history, rollups and the version of
 * the stream together, or nothing. Writing the same batch twice changes nothing. Transactions of one stream take
 * turns. The stream is locked first and the job second, in the same order as when a job ends or a stream is deleted.
 * What crosses streams comes last.
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
    const [, stored] = await Promise.all([lockStream(tx, streamId), readStored(tx, delivery)]);
    const profile = account === null ? unchanged : await saveProfile(tx, streamId, account);
    const { additions, isVisible, known, ...outcome } = await write(tx, delivery, {
      stored,
      ahead: hooks.ahead ?? null,
      onPrepared: hooks.onPrepared,
    });
    // The rows were made before the stream was locked: the id may have been learned in between.
    const moved = account?.platformId === null ? await unifyOwner(tx, streamId) : null;
    if (isVisible || profile.visible || moved !== null) {
      await touch(tx, streamId, { posts: additions, profile: profile.visible });
    }
    await hooks.withinTransaction?.(tx, outcome);
    if (hooks.make || profile.renamed) await raiseRegistry(tx);
    return { ...outcome, vacated: await settlePosts(tx, source, known) };
  });
  await takeUpAfter(sql, vacated);
  return outcome;
}

const unchanged = { visible: false, renamed: false };
