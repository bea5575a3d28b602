/** A row of a post, in whatever stream. */
export type Sharer = {
  readonly postId: string;
  readonly streamId: number;
  readonly own: boolean;
  readonly parentId: string | null;
  readonly stands: boolean;
  /** Milliseconds since 1970. */
  readonly collectedAt: number;
};

/** What the registry says of a post. */
export type Known = {
  readonly postId: string;
  readonly streamId: number;
  readonly own: boolean;
  readonly parentId: string | null;
};

/**
 * What the registry is to say of a post that these streams have: the row that stands stays the one while it can, else
 * it is the first that was collected, own rows before others. Its parent counts, or the first that another row names.
 */
export function standingOf(postId: string, sharers: readonly Sharer[], known: Known | null): Known | null {
  const sorted = [...sharers].sort((a, b) => a.collectedAt - b.collectedAt || a.streamId - b.streamId);
  const own = sorted.filter((row) => row.own);
  const able = own.length > 0 ? own : sorted;
  const first = able.find(({ streamId }) => streamId === known?.streamId) ?? able[0];
  if (first === undefined) return null;
  const parentId = first.parentId ?? sorted.find((row) => row.parentId !== null)?.parentId ?? null;
  return { postId, streamId: first.streamId, own: first.own, parentId };
}

/** What a stream's transaction is to write of one post. */
export type Decision = {
  readonly postId: string;
  /** Null: no stream has it any more. */
  readonly now: Known | null;
  readonly before: Known | null;
  /** What `stands` of the stream's own row is to be; null: it is so, or there is no row. */
  readonly stands: boolean | null;
  /** The other stream that is to take the post up; null: none. */
  readonly heir: number | null;
};

/** Decides for one post, on behalf of a stream's transaction: flags of other streams' rows are theirs to change. */
export function decide(
  streamId: number,
  postId: string,
  sharers: readonly Sharer[],
  before: Known | null,
): Decision {
  const now = standingOf(postId, sharers, before);
  const mine = sharers.find((row) => row.streamId === streamId);
  const stands = mine === undefined ? null : !mine.own || now?.streamId === streamId;
  const next = sharers.find((row) => row.streamId === now?.streamId);
  const isHeir = next !== undefined && next !== mine && next.own && !next.stands;
  return {
    postId,
    now,
    before,
    stands: stands === mine?.stands ? null : stands,
    heir: isHeir && before?.streamId !== next.streamId ? next.streamId : null,
  };
}
