import type DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { Database } from '../../db/client.ts';
import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { columnsRead } from '../../graphql/reading.ts';
import { maxFirst, type PageArgs, type PageRequest, parsePage } from '../../shared/page.ts';
import type { PostConditions } from './conditions.ts';
import { everyColumn, type PostColumns } from './columns.ts';
import { countPosts } from './count.ts';
import { listPostsOfEach } from './list.ts';
import { type PostOrder, postCursor } from './order.ts';
import type { PostRow } from './row.ts';
import { createLoader } from '../../graphql/loader.ts';

type Asked = {
  readonly conditions: PostConditions;
  readonly order: PostOrder;
  readonly args: PageArgs;
  readonly info: GraphQLResolveInfo;
};

/** The loaders of a page in several streams, and what they read of each post. */
type Loaders = {
  readonly pages: DataLoader<PostConditions, readonly PostRow[], string>;
  readonly counts: DataLoader<PostConditions, number, string>;
  /** Adds columns to read; false when posts were read without one of them. */
  include(columns: PostColumns): boolean;
};

const loadersByPage = (): Map<string, Loaders> => new Map();

/**
 * Returns a page of posts. Pages of one request that differ only in their streams are read by one statement, and so
 * are their counts. Each is read once, with the columns that the fields of its posts read.
 */
export async function postPage(context: Context, { conditions, order, args, info }: Asked) {
  const page = parsePage(args);
  if (conditions.streams === null) context.reads.all();
  else for (const streamId of conditions.streams) context.reads.stream(streamId);
  const all = loaderOf(context, loadersByPage);
  const key = JSON.stringify([{ ...conditions, streams: null }, order, page]);
  const columns = postColumnsRead(info);
  let loaders = all.get(key);
  if (!loaders?.include(columns)) {
    loaders = createLoaders(context.db, order, page, columns);
    all.set(key, loaders);
  }
  return toConnection(
    page,
    await loaders.pages.load(conditions),
    (post) => postCursor(order, post),
    () => loaders.counts.load(conditions),
  );
}

const postColumnsRead = (info: GraphQLResolveInfo): PostColumns =>
  (columnsRead(info, 'Post') as PostColumns | null) ?? everyColumn; // safe: `readingPost` alone names them

function createLoaders(db: Database, order: PostOrder, page: PageRequest, first: PostColumns): Loaders {
  const options = {
    maxBatchSize: maxFirst,
    cacheKeyFn: ({ streams }: PostConditions) => String(streams),
  };
  const columns = new Set(first);
  let isRead = false;
  return {
    pages: createLoader((asked) => {
      isRead = true;
      return listPostsOfEach(db, asked, order, { ...page, columns });
    }, options),
    counts: createLoader((asked) => countPosts(db, asked), options),
    include(more) {
      if (isRead) return [...more].every((name) => columns.has(name));
      for (const name of more) columns.add(name);
      return true;
    },
  };
}
