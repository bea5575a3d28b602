import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, followWs, globalId, type Heard, serveLive, untilListening } from './support.ts';

const statements: string[] = [];
const db = await openStore({ onStatement: (statement) => statements.push(statement) });
const live = await serveLive(db);

/** How often the stats of a stream were read since the last call. */
const computations = () =>
  statements.splice(0).filter((statement) => statement.includes('sum("posts")')).length;

type Event = { streamUpdated: { stats: { totals: { posts: number } } } };
const query = 'subscription ($id: ID!) { streamUpdated(id: $id) { stats { totals { posts } } } }';

async function aFollowedStream() {
  const account = anAccount();
  const addPost = () => savePosts(db, account, [aPost(account)]);
  const { streamId } = await addPost();
  const id = globalId('Account', streamId);
  const follow = (transport: typeof followSse, document = query): Heard<Event> =>
    transport<Event>(live, { query: document, variables: { id } });
  return { addPost, follow };
}

const has = (posts: number) => (events: readonly Event[]) =>
  events.at(-1)?.streamUpdated.stats.totals.posts === posts;

test('subscribers with the same query share one computation of a state, whenever they begin', async () => {
  const { addPost, follow } = await aFollowedStream();
  computations();
  const followers: Heard<Event>[] = [];
  for (const transport of [followSse, followWs, followSse, followWs]) {
    const [one, other] = [follow(transport), follow(transport)];
    await Promise.all([one.until(has(1)), other.until(has(1))]);
    followers.push(one, other);
  }
  expect(computations()).toBe(1);

  await addPost();
  await Promise.all(followers.map((follower) => follower.until(has(2))));
  const late = follow(followSse);
  await late.until(has(2));
  expect(computations()).toBe(1);
  expect(late.events).toHaveLength(1);

  for (const { stop } of [...followers, late]) stop();
  await untilListening(live, 0);
});

test('subscribers with another query of the same state have their own computation', async () => {
  const { follow } = await aFollowedStream();
  computations();
  const followers = ['UTC', 'Asia/Kolkata'].map((zone) =>
    follow(followSse, query.replace('stats', `stats(timeZone: "${zone}")`)),
  );
  for (const follower of followers) await follower.until(has(1));
  expect(computations()).toBe(2);
});
