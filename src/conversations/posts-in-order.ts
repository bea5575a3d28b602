import { standingPostLoader } from '../entities/post/loader.ts';
import type { PostRow } from '../entities/post/query.ts';
import { type Context, loaderOf } from '../graphql/context.ts';

/** Posts by their ids, in their order, each as the stream has it that stands for it; without those that went meanwhile. */
export async function postsInOrder(context: Context, ids: readonly string[]): Promise<readonly PostRow[]> {
  const posts = await Promise.all(ids.map((id) => loaderOf(context, standingPostLoader).load(id)));
  return posts.filter((post) => post !== null);
}
