import type { TransactionSql } from 'postgres';

/** A post of the registry that is new, or whose parent is another than before. */
export type Attached = { readonly postId: string; readonly parentId: string | null };

/**
 * Keeps `root_id` and `depth` of known posts right when posts were added, which came as roots of their own
 * (`root_id = post_id`, `depth = 0`), or have another parent. Their rows have `parent_id` as it is to be. Posts that
 * were there may be their children, whose subtrees move. Runs within the phase of `settlePosts`: nobody else changes the
 * registry meanwhile.
 */
export async function attachThreads(_tx: TransactionSql, _posts: readonly Attached[]): Promise<void> {}

/**
 * The same when posts went: their rows are gone from the registry, and what stood below them is to stand by itself.
 * Runs before `attachThreads`.
 */
export async function detachThreads(_tx: TransactionSql, _postIds: readonly string[]): Promise<void> {}
