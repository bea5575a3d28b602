import { request } from 'node:http';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { aPost, savePosts } from '../support/posts.ts';
import { openStore } from '../support/store.ts';
import { subscribeMany } from '../support/subscribers.ts';
import { serveLive } from '../integration/subscriptions/support.ts';
import { aWrittenStream, expectNewest } from './support.ts';

const others = 999;
const posts = 20;
const textLength = 25_000;
/** The size of one event for the slow reader, at least. */
const eventBytes = posts * textLength;

test('a subscriber that reads nothing does not delay a thousand others', async () => {
  const store = await openStore();
  const stream = await aWrittenStream(store);
  const texts = Array.from({ length: posts }, () =>
    aPost(stream.account, { text: 'long '.repeat(textLength / 5) }),
  );
  await savePosts(store, stream.account, texts);
  const live = await serveLive(store);
  const slow = follow(live.http, stream.id);
  await expect.poll(slow.bytes).toBeGreaterThan(eventBytes);
  slow.pause();
  const subscribers = subscribeMany(others, live.http, stream.id);
  await expectNewest(subscribers, stream);
  let most = 0;
  for (let change = 0; change < 20; change++) {
    await stream.more();
    await expectNewest(subscribers, stream);
    most = Math.max(most, live.waitingBytes());
  }
  expect(most).toBeGreaterThan(0);
  // One event for it, and what is being sent to the others.
  expect(most).toBeLessThan(4 * eventBytes);
  expect(subscribers.filter(({ connected }) => connected > 1)).toEqual([]);
  // Nothing twice: expectNewest checks that nothing is sent out of order.
  for (const { versions } of subscribers) expect(versions).toEqual([...new Set(versions)]);
  slow.resume();
  await expect.poll(slow.version).toBe(await stream.version());
});

/** A subscriber that requests all posts with each event, and may stop reading. */
function follow(url: string, id: string) {
  const query = `subscription { streamUpdated(id: "${id}") {
    posts(first: 50) { nodes { text } } freshness { version } } }`;
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  let bytes = 0;
  let last = '';
  let response: { pause(): void; resume(): void } | undefined;
  const req = request(url, { method: 'POST', headers, agent: false }, (res) => {
    response = res;
    res.setEncoding('utf8');
    res.on('data', (part: string) => {
      bytes += part.length;
      last = `${last}${part}`.slice(-1_000);
    });
    res.on('error', () => {});
  });
  req.on('error', () => {});
  req.end(JSON.stringify({ query }));
  afterwards(() => req.destroy());
  return {
    bytes: () => bytes,
    version: () => Number(/"version":(\d+)/.exec(last)?.[1]),
    pause: () => response?.pause(),
    resume: () => response?.resume(),
  };
}
