import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { describe, expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { quietPort } from '../../support/quiet-port.ts';
import { openStore } from '../../support/store.ts';
import {
  gather,
  globalId,
  type Heard,
  type Live,
  type Request,
  serveLive,
  sseClient,
  wsClient,
} from './support.ts';

const db = await openStore();

type Updated = { readonly streamUpdated: { readonly freshness: { readonly version: number } } };
const updated = 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }';
const versions = (heard: Heard<Updated>) =>
  heard.events.map((event) => event.streamUpdated.freshness.version);

type Asker = {
  query(request: Request): Promise<unknown>;
  follow(request: Request): Heard<Updated>;
};

/** A client of urql whose subscriptions another client sends; that one reconnects. */
function urql(live: Live, forward: ReturnType<typeof sseClient> | ReturnType<typeof wsClient>): Asker {
  const client = new Client({
    url: live.http,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: forward.subscribe(
              { query: request.query ?? '', variables: request.variables as Record<string, unknown> },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  return byUrql(client);
}

function byUrql(client: Client): Asker {
  return {
    query: async ({ query, variables }) => (await client.query(query, variables).toPromise()).data,
    follow: ({ query, variables }) =>
      gather((sink) => {
        const { unsubscribe } = client
          .subscription(query, variables)
          .subscribe(({ data, error }) => (error ? sink.error(error) : sink.next({ data })));
        return unsubscribe;
      }),
  };
}

const direct = (client: ReturnType<typeof sseClient> | ReturnType<typeof wsClient>): Asker => {
  const follow = (request: Request) => gather<Updated>((sink) => client.subscribe(request, sink as never));
  return {
    follow,
    query: async (request) => (await follow(request).untilCompleted())[0],
  };
};

describe.each<[string, (live: Live) => Asker]>([
  ['graphql-sse', (live) => direct(sseClient(live))],
  ['graphql-ws', (live) => direct(wsClient(live))],
  ['urql over graphql-sse', (live) => urql(live, sseClient(live))],
  ['urql over graphql-ws', (live) => urql(live, wsClient(live))],
])('%s', (_, connect) => {
  test('queries, subscribes, and reconnects after a cut and after a restart', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const port = await quietPort();
    const live = await serveLive(db, { port });
    const client = connect(live);
    const query = 'query ($handle: String!) { account(handle: $handle) { handle } }';
    expect(await client.query({ query, variables: { handle: account.handle } })).toEqual({
      account: { handle: account.handle },
    });

    const heard = client.follow({ query: updated, variables: { id: globalId('Account', streamId) } });
    await heard.until(() => versions(heard).at(-1) === 1);
    await savePosts(db, account, [aPost(account)]);
    await heard.until(() => versions(heard).at(-1) === 2);

    live.cut();
    await savePosts(db, account, [aPost(account)]);
    await heard.until(() => versions(heard).at(-1) === 3);

    await live.stop();
    await savePosts(db, account, [aPost(account)]);
    const again = await serveLive(db, { port });
    await heard.until(() => versions(heard).at(-1) === 4);
    await savePosts(db, account, [aPost(account)]);
    await heard.until(() => versions(heard).at(-1) === 5);
    expect(heard.errors).toEqual([]);
    expect(heard.completed).toBe(false);
    heard.stop();
    await again.stop();
  });
});

test('urql subscribes by fetch alone, and reconnects by itself after a cut', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const live = await serveLive(db);
  const client = byUrql(
    new Client({
      url: live.http,
      preferGetMethod: false,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
    }),
  );
  const request = { query: updated, variables: { id: globalId('Account', streamId) } };
  const heard = client.follow(request);
  await heard.until(() => versions(heard).at(-1) === 1);
  await savePosts(db, account, [aPost(account)]);
  await heard.until(() => versions(heard).at(-1) === 2);
  live.cut();
  await heard.untilCompleted();
  const anew = client.follow(request);
  await anew.until(() => versions(anew).at(-1) === 2);
  anew.stop();
});
