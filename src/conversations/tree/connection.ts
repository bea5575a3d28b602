import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { type PageArgs, parsePage } from '../../shared/page.ts';
import { postsInOrder } from '../posts-in-order.ts';
import { treeLoader } from './loader.ts';
import { pageOf, treeCursor } from './page.ts';

/** Returns a page of a conversation's posts. The tree is read once for all pages of a request. */
export async function treePage(context: Context, rootId: string, args: PageArgs) {
  const page = parsePage(args);
  const tree = await loaderOf(context, treeLoader).load(rootId);
  const placed = new Map(pageOf(tree, page).map((each) => [each.postId, each]));
  const posts = await postsInOrder(context, [...placed.keys()]);
  return toConnection(
    page,
    posts,
    ({ postId }) => treeCursor(placed.get(postId) ?? { postId, parentId: null }),
    async () => tree.ids.length,
  );
}
