import { setTimeout as sleep } from 'node:timers/promises';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Database } from '../../src/db/client.ts';
import { touch } from '../../src/streams/touch.ts';
import { afterwards } from './afterwards.ts';
import { anAccount, aPost, savePosts } from './posts.ts';

/**
 * A stream whose version can rise, and its followers. They connect and reconnect to the API address that `pick`
 * returns. Each follower keeps the versions that it received.
 */
export async function aFollowedStream(db: Database, pick: () => string) {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const raise = () => db.sql.begin((tx) => touch(tx, streamId));
  const newest = async () => {
    const [row] = await db.sql<{ version: number }[]>`
      select version::int from streams where stream_id = ${streamId}`;
    return row?.version;
  };
  const query = `subscription { streamUpdated(id: "${Buffer.from(`Account:${streamId}`).toString('base64')}") {
    freshness { version } } }`;
  const failures: unknown[] = [];
  const follow = (client: { subscribe: ReturnType<typeof createSseClient>['subscribe'] }): number[] => {
    const versions: number[] = [];
    const next = ({ data, errors }: { data?: unknown; errors?: unknown }) => {
      if (errors) failures.push(errors);
      const { streamUpdated } = (data ?? {}) as { streamUpdated?: { freshness: { version: number } } };
      if (streamUpdated) versions.push(streamUpdated.freshness.version);
    };
    const error = (failure: unknown) => failures.push(failure);
    const complete = () => failures.push('a subscription was over');
    afterwards(client.subscribe({ query }, { next: next as never, error, complete }));
    return versions;
  };
  const pause = () => sleep(100 + Math.random() * 200);
  const closing = <Client extends { dispose(): void | Promise<void> }>(client: Client): Client => {
    // `dispose` rejects when the WebSocket is already closing.
    afterwards(async () => client.dispose()?.catch(() => {}));
    return client;
  };
  const bySse = () =>
    follow(closing(createSseClient({ url: () => pick(), retryAttempts: 1_000, retry: pause })));
  const byWebSocket = () =>
    follow(
      closing(
        createWsClient({
          url: () => pick().replace('http', 'ws'),
          webSocketImpl: WebSocket,
          retryAttempts: 1_000,
          retryWait: pause,
          shouldRetry: () => true,
        }),
      ) as never,
    );
  return { raise, newest, bySse, byWebSocket, failures };
}

/** Whether nobody received an older version after a newer one. */
export const isAscending = (versions: readonly number[]): boolean =>
  versions.every((version, at) => at === 0 || version >= (versions[at - 1] ?? 0));
