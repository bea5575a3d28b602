import { standingPostLoader } from '../entities/post/loader.ts';
import type { PostRow } from '../entities/post/row.ts';
import { type Context, loaderOf } from '../graphql/context.ts';

/**
 * Returns posts in the order of their ids, each from the row that represents it. Posts that were removed meanwhile are
 * left out.
 */
export async function postsInOrder(context: Context, ids: readonly string[]): Promise<readonly PostRow[]> {
  const posts = await Promise.all(ids.map((id) => loaderOf(context, standingPostLoader).load(id)));
  return posts.filter((post) => post !== null);
}
