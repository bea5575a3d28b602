import type { TransactionSql } from 'postgres';
import type { Found } from './find.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';
import { unifyOwner } from './unify-owner.ts';

/** Stores the platform's id of an account, and moves what is stored under its handle to that id. */
export async function learnId(tx: TransactionSql, found: Found, platformId: string): Promise<void> {
  const { streamId } = found;
  const identity = `id:${platformId}`;
  const isNew = found.identity !== identity;
  if (isNew) {
    // Before its row is changed, as everybody locks it.
    await lockStream(tx, streamId);
    await tx`update streams set identity = ${identity} where stream_id = ${streamId}`;
    await tx`update accounts set platform_id = ${platformId} where stream_id = ${streamId}`;
  }
  const moved = await unifyOwner(tx, streamId);
  if (isNew || moved !== null) await touch(tx, streamId);
}
