import type { Database, DatabaseOptions } from '../../../src/db/client.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { type AnswerCache, type CacheOptions, createAnswerCache } from '../../../src/http/cache/cache.ts';
import type { HttpServerOptions } from '../../../src/http/server.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { type Raw, type Served, serve } from '../http/support.ts';

/** The database of a test, with the statements that were sent to it. */
export async function openCountedStore(options: DatabaseOptions = {}) {
  const statements: string[] = [];
  // Each process compares its versions with the store every two seconds.
  const onStatement = (statement: string) => {
    if (!statement.includes('registry')) statements.push(statement);
  };
  const store = await openStore({ ...options, onStatement });
  return { store, statements };
}

export type Cached = Served & { readonly cache: AnswerCache };

/** A server with its own cache over a store. */
export async function serveCached(
  db: Database,
  options: Partial<CacheOptions> = {},
  more: { readonly services?: Partial<Services>; readonly http?: Partial<HttpServerOptions> } = {},
): Promise<Cached> {
  const versions = await openVersions(db);
  afterwards(() => versions.close());
  const cache = createAnswerCache({ versions, maxBytes: 10_000_000, ttlMs: 900_000, ...options });
  return { ...(await serve(openApp(db, more.services), { cache, ...more.http })), cache };
}

/** An account with a post, and the query for its number of posts. */
export async function anAskedAccount(db: Database) {
  const account = anAccount();
  await savePosts(db, account, [aPost(account)]);
  const query = `{ account(handle: "${account.handle}") { handle stats { totals { posts } } } }`;
  return { account, query, addPost: () => savePosts(db, account, [aPost(account)]) };
}

/** Where an answer came from: the header x-larkstat-cache. */
export const howOf = ({ headers }: Pick<Raw, 'headers'>) => headers['x-larkstat-cache'];

/** The number of posts in the answer to `anAskedAccount`'s query. */
export const postsOf = ({ body }: Pick<Raw, 'body'>): number =>
  JSON.parse(body).data.account.stats.totals.posts;
