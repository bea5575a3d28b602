import { localCaller } from '../../src/access/caller.ts';
import { sql } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import type { Services } from '../../src/graphql/context.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { importBuilt } from './build.ts';

/** The API of a store, without a port. */
export type Api = {
  /** Runs a document and returns its data; throws for an error in the response or a missing account. */
  ask(query: string, variables?: object): Promise<Record<string, unknown>>;
  /** Invalidates all cached results, as a change of the stream's posts does. */
  forget(streamId: number): Promise<void>;
};

export async function openApi(db: Database): Promise<Api> {
  const { createApp } = await importBuilt<typeof import('../../src/app.ts')>('app');
  const app = createApp({
    caller: localCaller,
    db,
    log: createLogger('error', 'bench'),
    // Safe: no query of the bench needs these.
    services: {} as Services,
  });
  return {
    async ask(query, variables = {}) {
      const response = await app.fetch('http://bench/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as {
        readonly data?: Record<string, unknown>;
        readonly errors?: readonly { readonly message: string }[];
      };
      if (answer.errors || !answer.data)
        throw new Error(answer.errors?.map((error) => error.message).join('; '));
      if (answer.data.account === null) throw new Error('There is no such account: nothing was measured');
      return answer.data;
    },
    async forget(streamId) {
      await db.orm.execute(
        sql`update streams set version = version + 1, derived_version = derived_version + 1 where stream_id = ${streamId}`,
      );
    },
  };
}
