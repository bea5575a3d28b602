import { beforeEach, describe, expect, test } from 'vitest';
import { deleteAlert } from '../../../src/alerts/delete.ts';
import { testAlert } from '../../../src/alerts/replay.ts';
import { clock, makeAlert, noon } from '../alerts/support.ts';
import { openStore } from '../../support/store.ts';
import { followSse, followWs, globalId, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);
beforeEach(() => untilListening(live, 0));

type Fired = { readonly alertFired: { readonly number: number; readonly isTest: boolean } };
const query = 'subscription ($id: ID!) { alertFired(id: $id) { number isTest } }';
const numbers = (events: readonly Fired[]) => events.map(({ alertFired }) => alertFired.number);

clock.ms = noon;
const anAlert = () => makeAlert(db, { posts: { search: 'harbour' } }, { webhookUrl: 'https://example.org/' });
const fire = (alertId: number) => testAlert({ sql: db.sql, now: new Date() }, alertId);

describe.each([
  ['server-sent events', followSse],
  ['a WebSocket', followWs],
])('over %s', (_, followBy) => {
  test('events come as they fire, each once, and end with the alert', async () => {
    const { alertId } = await anAlert();
    await fire(alertId);
    const heard = followBy<Fired>(live, { query, variables: { id: globalId('Alert', alertId) } });
    await untilListening(live, 1);
    for (let count = 2; count <= 5; count++) {
      await fire(alertId);
      await heard.until((events) => numbers(events).includes(count));
    }
    await deleteAlert(db.sql, alertId);
    expect(numbers(await heard.untilCompleted())).toEqual([2, 3, 4, 5]);
    expect(heard.errors).toEqual([]);
    await untilListening(live, 0);
  });

  test('a missing alert is NOT_FOUND', async () => {
    const heard = followBy(live, { query, variables: { id: globalId('Alert', 999_999) } });
    await heard.untilCompleted();
    expect(heard.errors).toEqual([expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })]);
  });
});

test('an event whose notification is lost is found by polling', async () => {
  const { alertId } = await anAlert();
  const heard = followSse<Fired>(live, { query, variables: { id: globalId('Alert', alertId) } });
  await untilListening(live, 1);
  // As a process leaves it that dies between its commit and its notification.
  await db.sql`
    insert into alert_events (alert_id, number, cause, at, measured, threshold, summary)
    values (${alertId}, 1, 'lost', now(), 1, 1, 'lost')`;
  await db.sql`update alerts set fired = 1 where alert_id = ${alertId}`;
  expect(numbers(await heard.until((events) => events.length > 0))).toEqual([1]);
});

test('of many events at once the newest fifty are sent', async () => {
  const { alertId } = await anAlert();
  const heard = followSse<Fired>(live, { query, variables: { id: globalId('Alert', alertId) } });
  await untilListening(live, 1);
  await db.sql.begin(async (tx) => {
    await tx`
      insert into alert_events (alert_id, number, cause, at, measured, threshold, summary)
      select ${alertId}, n, n::text, now(), 1, 1, 'many' from generate_series(1, 80) n`;
    await tx`update alerts set fired = 80 where alert_id = ${alertId}`;
  });
  await heard.until((events) => numbers(events).includes(80));
  expect(numbers(heard.events)).toEqual(Array.from({ length: 50 }, (_, at) => at + 31));
});
