import { expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { createAlert } from '../../../src/alerts/create.ts';
import { createWebhooks } from '../../../src/alerts/deliver/webhook.ts';
import { startAlerts } from '../../../src/alerts/watching.ts';
import { hourMs } from '../../../src/shared/instant.ts';
import { afterwards } from '../../support/afterwards.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openReceiver, status } from '../../support/receiver.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { anywhere, eventsOf, log, rules } from './support.ts';

const db = await openStore();

/** The part of a job process that handles alerts. */
function work(everyMs = 50) {
  const own = openAgain(db.url, { poolSize: 4 });
  const running = startAlerts({
    db: own,
    couriers: [createWebhooks({ rules: anywhere, now: Date.now })],
    measureBurst: async () => ({ posts: 20, authors: 20, score: 9 }),
    log,
    everyMs,
  });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= running.close().then(() => own.close());
    return closed;
  };
  afterwards(close);
  return { own, close };
}

const make = (webhookUrl: string | null, condition: Parameters<typeof createAlert>[1]['condition']) =>
  createAlert(
    { db, rules, now: new Date() },
    { name: 'live', streams: null, cooldownMs: hourMs, webhookUrl, condition },
  );

test('new posts are reported by a signed message, and once by three job processes', async () => {
  const receiver = await openReceiver();
  const workers = [work(), work(), work()];
  const { alertId, secret } = await make(receiver.url, { posts: { search: 'harbour' } });
  await make(null, { burst: { hashtag: 'sea', window: hourMs, minScore: 3, minPosts: 10 } });
  const account = anAccount();
  await savePosts(db, account, [aPost(account, { text: 'harbour', createdAt: Date.now() })]);
  await expect.poll(() => receiver.received.length).toBe(1);
  const [message] = receiver.received;
  const verified = new Webhook(secret ?? '').verify(
    message?.body ?? '',
    message?.headers as Record<string, string>,
  );
  expect(verified).toMatchObject({ data: { alert: { name: 'live', kind: 'POSTS' }, posts: 1 } });
  await expect.poll(async () => (await db.sql`select from alert_events`).length).toBe(2);
  await Promise.all(workers.map(({ close }) => close()));
  expect(receiver.received).toHaveLength(1);
  expect(await eventsOf(db, alertId)).toHaveLength(1);
});

test('what one process fired and did not deliver, another one delivers', async () => {
  const receiver = await openReceiver();
  let hangUp = () => {};
  receiver.answer = (_request, response) => {
    hangUp = () => void response.destroy();
  };
  const first = work();
  const { alertId } = await make(receiver.url, {
    burst: { hashtag: 'sea', window: hourMs, minScore: 3, minPosts: 10 },
  });
  await expect.poll(() => receiver.received.length).toBe(1);
  // As after kill -9: nothing of the attempt is recorded.
  await first.own.close();
  receiver.answer = status(200);
  await db.sql`update alert_deliveries set next_at = now() where alert_id = ${alertId}`;
  work();
  await expect
    .poll(
      async () => (await db.sql`select state from alert_deliveries where alert_id = ${alertId}`)[0]?.state,
    )
    .toBe('DELIVERED');
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  hangUp();
  await first.close().catch(() => {});
});

test('a job process with nothing to do stops at once', async () => {
  await work(60_000).close();
});
