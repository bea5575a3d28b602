import type DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { Database } from '../../db/client.ts';
import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { selects } from '../../graphql/selects.ts';
import { maxFirst, type PageArgs, parsePage } from '../../shared/page.ts';
import type { PostConditions } from './conditions.ts';
import { countPosts } from './count.ts';
import { listPostsOfEach, type PostPage } from './list.ts';
import { type PostOrder, postCursor } from './order.ts';
import type { PostRow } from './query.ts';
import { createLoader } from '../../graphql/loader.ts';

type Asked = {
  readonly conditions: PostConditions;
  readonly order: PostOrder;
  readonly args: PageArgs;
  readonly info: GraphQLResolveInfo;
};

type Loaders = {
  readonly pages: DataLoader<PostConditions, readonly PostRow[], string>;
  readonly counts: DataLoader<PostConditions, number, string>;
};

const loadersByPage = (): Map<string, Loaders> => new Map();

/**
 * Returns a page of posts. Pages of one request that differ only in their streams are read by one statement, and so
 * are their counts. Each is read once.
 */
export async function postPage(context: Context, { conditions, order, args, info }: Asked) {
  const page = parsePage(args);
  if (conditions.streams === null) context.reads.all();
  else for (const streamId of conditions.streams) context.reads.stream(streamId);
  const all = loaderOf(context, loadersByPage);
  const key = JSON.stringify([{ ...conditions, streams: null }, order, page]);
  const loaders =
    all.get(key) ?? createLoaders(context.db, order, { ...page, authors: selects(info, ['author']) });
  all.set(key, loaders);
  return toConnection(
    page,
    await loaders.pages.load(conditions),
    (post) => postCursor(order, post),
    () => loaders.counts.load(conditions),
  );
}

function createLoaders(db: Database, order: PostOrder, page: PostPage): Loaders {
  const options = {
    maxBatchSize: maxFirst,
    cacheKeyFn: ({ streams }: PostConditions) => String(streams),
  };
  return {
    pages: createLoader((asked) => listPostsOfEach(db, asked, order, page), options),
    counts: createLoader((asked) => countPosts(db, asked), options),
  };
}
