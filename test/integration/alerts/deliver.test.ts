import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Resolve } from '../../../src/platform/checked-lookup.ts';
import { replayDelivery, testAlert } from '../../../src/alerts/replay.ts';
import { updateAlert } from '../../../src/alerts/update.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/shared/instant.ts';
import { openReceiver, type Received, status } from '../../support/receiver.ts';
import { openStore } from '../../support/store.ts';
import { anywhere, clock, deliverer, makeAlert, rules, noon } from './support.ts';

clock.ms = noon;

const db = await openStore();
const receiver = await openReceiver();
const quick = { connectMs: 1_000, totalMs: 1_500, bodyBytes: 8_192 };
const deliver = deliverer(db, { limits: quick });

beforeEach(async () => {
  await db.sql`truncate alerts, alert_targets, alert_events, alert_deliveries, alert_posts, alert_streams`;
  receiver.answer = status(204);
  (receiver.received as Received[]).length = 0;
});

const condition = { posts: { search: 'harbour' } };

/** An alert with a webhook that has fired once. */
async function fired(webhookUrl = receiver.url) {
  const { alertId, secret } = await makeAlert(db, condition, { webhookUrl });
  const eventId = await testAlert({ sql: db.sql, now: new Date(clock.ms) }, alertId);
  return { alertId, secret: secret ?? '', eventId };
}

async function delivery() {
  const [row] = await db.sql<
    {
      id: string;
      state: string;
      attempts: number;
      status: number | null;
      error: string | null;
      inMs: number | null;
      log: unknown[];
    }[]
  >`
    select delivery_id as id, state, attempts, status, error, log,
      (extract(epoch from next_at) * 1000 - ${clock.ms}::float8)::float8 as "inMs" from alert_deliveries`;
  return row;
}
const target = async () =>
  (
    await db.sql<{ failing: boolean; disabled: boolean; note: string | null }[]>`
    select failing_since is not null as failing, disabled_at is not null as disabled, note from alert_targets`
  )[0];

/** Makes attempts until none is due before the delivery ends. */
async function untilOver(): Promise<void> {
  for (;;) {
    await deliver();
    const row = await delivery();
    if (row?.state !== 'PENDING') return;
    clock.ms += Math.ceil(row.inMs ?? 0);
  }
}

describe('a message', () => {
  test('is signed as the receiver’s library expects, and small', async () => {
    const { secret, eventId } = await fired();
    clock.ms = Date.now();
    expect(await deliverer(db)()).toBe(1);
    const [message] = receiver.received;
    expect(message).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': eventId },
    });
    const verified = new Webhook(secret).verify(
      message?.body ?? '',
      message?.headers as Record<string, string>,
    );
    expect(verified).toMatchObject({
      type: 'alert.test',
      data: { summary: 'A test: the webhook works', posts: 0, firstPosts: [] },
    });
    expect(message?.body.length).toBeLessThan(2_000);
    expect(JSON.stringify(message)).not.toContain('whsec_');
    expect(await delivery()).toMatchObject({
      state: 'DELIVERED',
      attempts: 1,
      status: 204,
      error: null,
      inMs: null,
    });
  });

  test('that is answered with an error is sent again later, with the same id, until it is accepted', async () => {
    await fired();
    receiver.answer = status(500);
    await deliver();
    expect(await delivery()).toMatchObject({
      state: 'PENDING',
      attempts: 1,
      status: 500,
      error: 'The receiver answered 500',
      inMs: 10_000,
    });
    expect(await target()).toMatchObject({ failing: true, disabled: false });
    expect(await deliver()).toBe(0);
    clock.ms += 10_000;
    receiver.answer = status(200);
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', attempts: 2, status: 200, error: null });
    expect(await target()).toMatchObject({ failing: false, disabled: false });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  test('that is never accepted fails after ten attempts within about a day', async () => {
    await fired();
    receiver.answer = status(503);
    const begun = clock.ms;
    await untilOver();
    const found = await delivery();
    expect(found).toMatchObject({ state: 'FAILED', attempts: 10, status: 503, inMs: null });
    expect(found?.log).toHaveLength(10);
    expect(clock.ms - begun).toBeGreaterThan(dayMs);
    expect(clock.ms - begun).toBeLessThan(dayMs + 6 * hourMs);
    expect(await target()).toMatchObject({ failing: true, disabled: false });
  });

  test('can be delivered again, with the same id, once its delivery has ended', async () => {
    await fired();
    receiver.answer = status(500);
    await deliver();
    const { id } = (await delivery()) ?? { id: '' };
    const replay = () => replayDelivery({ sql: db.sql, now: new Date(clock.ms) }, id);
    await expect(replay()).rejects.toThrow('still pending');
    clock.ms += minuteMs;
    receiver.answer = status(200);
    await deliver();
    await replay();
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', attempts: 3 });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('is delivered by another process when the first one dies meanwhile', async () => {
    const { eventId } = await fired();
    const { takeDue } = await import('../../../src/alerts/deliver/queue.ts');
    expect(await takeDue(db.sql, clock.ms, 8)).toHaveLength(1);
    expect(await deliver()).toBe(0);
    clock.ms += 2 * minuteMs;
    expect(await deliver()).toBe(1);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([eventId]);
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', attempts: 2 });
  });

  test('whose attempt was considered dead changes nothing afterwards', async () => {
    await fired();
    let answer: ServerResponse | null = null;
    receiver.answer = (_request, response) => {
      answer = response;
    };
    const late = deliver();
    await expect.poll(() => answer).not.toBeNull();
    clock.ms += 2 * minuteMs;
    receiver.answer = status(200);
    await deliver();
    (answer as ServerResponse | null)?.writeHead(500).end();
    await late;
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', attempts: 2, status: 200 });
  });

  test('is sent once by several processes at once', async () => {
    for (let count = 0; count < 20; count++) await fired();
    const workers = [1, 2, 3, 4].map(() => deliverer(db, { limits: quick }));
    for (let round = 0; round < 5; round++) await Promise.all(workers.map((work) => work()));
    expect(receiver.received).toHaveLength(20);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(20);
  });
});

describe('a receiver', () => {
  const keepsTalking = (response: ServerResponse) => {
    const timer = setInterval(() => response.write('x'.repeat(1_000)), 1);
    response.once('close', () => clearInterval(timer));
  };

  test.each<[string, (request: Received, response: ServerResponse) => void, string]>([
    ['that says nothing', () => {}, 'no answer within 1.5 s'],
    [
      'that closes midway',
      (_, response) => void response.socket?.end('HTTP/1.1 200 OK\r\nA: '),
      'The connection failed: ECONNRESET',
    ],
    [
      'that resets',
      (_, response) => void response.socket?.resetAndDestroy(),
      'The connection failed: ECONNRESET',
    ],
    [
      'that speaks another language',
      (_, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'),
      'The connection failed: HPE_INVALID_CONSTANT',
    ],
    [
      'with endless headers',
      (_, response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => response.socket?.write(`a: ${'x'.repeat(4_000)}\r\n`), 1);
        response.once('close', () => clearInterval(timer));
      },
      'The connection failed: HPE_HEADER_OVERFLOW',
    ],
    [
      'that redirects to loopback',
      status(302, { location: 'http://127.0.0.1:1/' }),
      'The receiver answered 302, a redirect, which is not followed',
    ],
    [
      'that keeps its method in a redirect',
      status(307, { location: 'http://169.254.169.254/' }),
      'The receiver answered 307, a redirect, which is not followed',
    ],
    ['that knows nothing', status(404), 'The receiver answered 404'],
  ])('%s is a failure, which is reported', async (_, answer, error) => {
    await fired();
    receiver.answer = answer;
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'PENDING', error });
    expect(receiver.received).toHaveLength(1);
    await expect.poll(() => receiver.connections()).toBe(0);
  });

  test('whose answer never ends has received the message, and is cut off', async () => {
    await fired();
    receiver.answer = (_, response) => {
      response.writeHead(200);
      keepsTalking(response);
    };
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', status: 200 });
    await expect.poll(() => receiver.connections()).toBe(0);
  });

  test('whose answer trickles in for ever is cut off too', async () => {
    await fired();
    receiver.answer = (_, response) => void response.writeHead(200).write('x');
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', status: 200 });
    await expect.poll(() => receiver.connections()).toBe(0);
  });

  test('that answers 410 gets nothing more, until its URL is given again', async () => {
    const { alertId } = await fired();
    receiver.answer = status(410);
    await deliver();
    expect(await delivery()).toMatchObject({ state: 'FAILED', status: 410 });
    expect(await target()).toMatchObject({
      disabled: true,
      note: 'The receiver answered 410: it refuses further events',
    });
    const test = () => testAlert({ sql: db.sql, now: new Date(clock.ms) }, alertId);
    await expect(test()).rejects.toThrow('disabled');
    await updateAlert({ db, rules, now: new Date(clock.ms) }, alertId, { webhookUrl: receiver.url });
    receiver.answer = status(200);
    await test();
    await deliver();
    expect(receiver.received).toHaveLength(2);
  });

  test('that fails for five days is disabled with a note, and pending deliveries fail', async () => {
    const { alertId } = await fired();
    receiver.answer = status(500);
    await untilOver();
    clock.ms += 4 * dayMs;
    for (let count = 0; count < 2; count++)
      await testAlert({ sql: db.sql, now: new Date(clock.ms) }, alertId);
    await deliver();
    expect(await target()).toMatchObject({ failing: true, disabled: true });
    expect((await target())?.note).toMatch(
      /^No delivery succeeded since .*Z\. The last one: The receiver answered 500$/,
    );
    expect((await db.sql`select from alert_deliveries where state = 'PENDING'`).length).toBe(0);
  });
});

describe('an address that is not of the internet', () => {
  const named = 'http://receiver.example:';
  const strict = { http: true, private: false };

  test.each<[string, Awaited<ReturnType<Resolve>>]>([
    ['loopback', [{ address: '127.0.0.1', family: 4 }]],
    ['loopback of IPv6', [{ address: '::1', family: 6 }]],
    ['IPv4 within IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['metadata', [{ address: '169.254.169.254', family: 4 }]],
    [
      'one of several',
      [
        { address: '1.1.1.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    ],
  ])('is not connected to when a name resolves to it: %s', async (_, addresses) => {
    await fired(`${named}${receiver.port}/hook`);
    await deliverer(db, { rules: strict, resolve: async () => addresses, limits: quick })();
    expect(await delivery()).toMatchObject({
      error: 'receiver.example has a private address: WEBHOOK_PRIVATE=allow lets messages go there',
    });
    expect(receiver.received).toEqual([]);
  });

  test('is not connected to when it was allowed only when the alert was created', async () => {
    await fired();
    await deliverer(db, { rules: strict, limits: quick })();
    expect((await delivery())?.error).toContain('A webhook must not go to a private address');
    expect(receiver.received).toEqual([]);
  });

  test('is connected to by a name when that is allowed, and the name is resolved once', async () => {
    await fired(`${named}${receiver.port}/hook`);
    let asked = 0;
    const resolve: Resolve = async () => {
      asked++;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await deliverer(db, { rules: anywhere, resolve, limits: quick })();
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`receiver.example:${receiver.port}`);
  });

  test('of a name that does not exist is a failure', async () => {
    await fired(`${named}${receiver.port}/hook`);
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND receiver.example'), { code: 'ENOTFOUND' });
    };
    await deliverer(db, { rules: strict, resolve, limits: quick })();
    expect((await delivery())?.error).toBe('The connection failed: ENOTFOUND');
  });

  test('of a name whose look-up never ends is a failure', async () => {
    await fired(`${named}${receiver.port}/hook`);
    await deliverer(db, { rules: strict, resolve: () => new Promise(() => {}), limits: quick })();
    expect((await delivery())?.error).toBe('no connection within 1 s');
  });
});
