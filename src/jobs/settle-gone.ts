import type { Covered } from '../shared/post.ts';
import { countGone, removeGone } from '../streams/gone.ts';
import { countGonePosts, addEvent } from './lease.ts';
import type { JobRun } from './job-run.ts';

type Gone = {
  readonly streamId: number;
  /** Null when the archive may be incomplete. */
  readonly covered: Covered | null;
  readonly remove: boolean;
};

/**
 * Counts or removes the stored posts that an archive no longer has. Each removal is counted in its transaction, so the
 * count is right also after a crash. Returns messages for people.
 */
export async function settleGone(
  run: JobRun,
  { streamId, covered, remove }: Gone,
): Promise<readonly string[]> {
  const { db, job } = run;
  if (covered === null) {
    if (!remove) return [];
    const message =
      'no post was removed as gone: the archive does not say when it was made, is a part of one, lacks a file or has ' +
      'records that could not be read';
    await addEvent(db.sql, job, { message, once: true });
    return [message];
  }
  const count = await countGone(db.sql, streamId, covered);
  if (!remove) {
    await countGonePosts(db.sql, job, { all: count });
    return count === 0
      ? []
      : [`${posts(count)} stored that the archive no longer has: --remove-gone removes them`];
  }
  let removed = 0;
  const counted = async (tx: Parameters<typeof countGonePosts>[0], more: number) => {
    run.signal.throwIfAborted();
    await countGonePosts(tx, job, { more });
    removed += more;
  };
  if (count > 0) await removeGone(db.sql, streamId, covered, counted);
  else await counted(db.sql, 0);
  return removed === 0 ? [] : [`${posts(removed)} removed that the archive no longer has`];
}

const posts = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'post' : 'posts'}`;
