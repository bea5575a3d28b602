import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, followWs, globalId, serveLive, wsClient } from './support.ts';

const db = await openStore();
const live = await serveLive(db);
const account = anAccount();
await savePosts(db, account, [aPost(account)]);
const [stream] = await db.sql<{ id: number }[]>`select stream_id as id from streams`;
const updated = {
  query: 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }',
  variables: { id: globalId('Account', String(stream?.id)) },
};

test('subscribers are counted by transport, from their first event to their end', async () => {
  const followers = [followSse(live, updated), followWs(live, updated), followWs(live, updated)];
  for (const follower of followers) await follower.until((events) => events.length > 0);
  expect(live.subscribers()).toEqual({ sse: 1, websocket: 2 });
  for (const follower of followers) follower.stop();
  await expect.poll(live.subscribers).toEqual({ sse: 0, websocket: 0 });
});

test('neither a query over a socket nor a refused subscription counts as a subscriber', async () => {
  const client = wsClient(live);
  const end = (query: string) =>
    new Promise<void>((done) => {
      client.subscribe({ query }, { next() {}, error: () => done(), complete: done });
    });
  await end('subscription { nothing }');
  await end('{ __typename }');
  expect(live.subscribers()).toEqual({ sse: 0, websocket: 0 });
  await client.dispose();
});
