/** A row of a post in any stream. */
export type Sharer = {
  readonly postId: string;
  readonly streamId: number;
  readonly own: boolean;
  readonly parentId: string | null;
  readonly stands: boolean;
  /** Milliseconds since 1970. */
  readonly collectedAt: number;
};

/** The registry's row of a post. */
export type Known = {
  readonly postId: string;
  readonly streamId: number;
  readonly own: boolean;
  readonly parentId: string | null;
};

/**
 * The registry's row for a post that these streams have. The row that stands keeps its place while it can; otherwise
 * the first collected row stands, own rows before others. Its parent counts, or the first parent that another row has.
 */
export function chooseRegistryRow(
  postId: string,
  sharers: readonly Sharer[],
  known: Known | null,
): Known | null {
  const sorted = [...sharers].sort((a, b) => a.collectedAt - b.collectedAt || a.streamId - b.streamId);
  const own = sorted.filter((row) => row.own);
  const able = own.length > 0 ? own : sorted;
  const first = able.find(({ streamId }) => streamId === known?.streamId) ?? able[0];
  if (first === undefined) return null;
  const parentId = first.parentId ?? sorted.find((row) => row.parentId !== null)?.parentId ?? null;
  return { postId, streamId: first.streamId, own: first.own, parentId };
}

/** What a stream's transaction must write about one post. */
export type Decision = {
  readonly postId: string;
  /** Null: no stream has it. */
  readonly now: Known | null;
  readonly before: Known | null;
  /** The new value of `stands` in the stream's own row; null: unchanged, or there is no row. */
  readonly stands: boolean | null;
  /** The other stream that must take the post up; null: none. */
  readonly heir: number | null;
};

/** Decides about one post for one stream's transaction, which changes no flags in other streams' rows. */
export function decide(
  streamId: number,
  postId: string,
  sharers: readonly Sharer[],
  before: Known | null,
): Decision {
  const now = chooseRegistryRow(postId, sharers, before);
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
