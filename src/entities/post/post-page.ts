import type { SQL } from 'drizzle-orm';
import type { PageRequest } from '../../shared/page.ts';
import type { PostColumns } from './columns.ts';
import type { PostConditions } from './conditions.ts';
import { withAuthors } from './query.ts';

/** A page of posts, and what is read of each; by default all but the author. */
export type PostPage = PageRequest & { readonly columns?: PostColumns };

/** Adds authors to the posts of one stream. Those of several may lie on several nodes of a Citus cluster. */
export const addAuthors = (
  posts: SQL,
  order: SQL,
  { streams }: PostConditions,
  { columns }: PostPage,
): SQL => (columns?.has('author') && streams?.length === 1 ? withAuthors(posts, order) : posts);

/**
 * A row of a statement that counts hits, and reads them when they are few. Without a hit there is one row, which has
 * the count but no post.
 */
export type FewRow = { readonly isFew: boolean; readonly postId: string | null };

/** Whether the row has a post. */
export const hasPost = ({ postId }: FewRow): boolean => postId !== null;
