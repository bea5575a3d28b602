import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { BadInputError, must, NotFoundError } from '../shared/errors.ts';
import { toIso } from '../shared/instant.ts';
import { fire } from './fire.ts';
import { lockAlert } from './lock.ts';

type Options = { readonly sql: Sql; readonly now: Date };

/**
 * Delivers an event again under the same id, with all its tries, whether it was delivered or given up. Throws NOT_FOUND
 * when there is no such delivery, BAD_INPUT when it is pending or its target is not in use.
 */
export async function replayDelivery({ sql, now }: Options, deliveryId: string): Promise<void> {
  await sql.begin(async (tx) => {
    const [delivery] = await tx<{ alertId: number }[]>`
      select alert_id as "alertId" from alert_deliveries where delivery_id = ${deliveryId}`;
    if (delivery === undefined) throw new NotFoundError('No such delivery');
    await requireTarget(tx, delivery.alertId);
    const replayed = await tx`
      update alert_deliveries set state = 'PENDING', tries = 0, next_at = ${toIso(now.getTime())}
      where delivery_id = ${deliveryId} and state <> 'PENDING'`;
    if (replayed.count === 0) {
      throw new BadInputError('The delivery is still pending: its next attempt is at its nextAt');
    }
  });
}

/**
 * Fires a test event, whatever the condition and the cool-down, to try the webhook. Returns its id. Throws NOT_FOUND
 * when there is no such alert, BAD_INPUT when it has no webhook in use.
 */
export async function testAlert({ sql, now }: Options, alertId: number): Promise<string> {
  return sql.begin(async (tx) => {
    const alert = await lockAlert(tx, alertId);
    if (alert === null) throw new NotFoundError('No such alert');
    await requireTarget(tx, alertId);
    const firing = {
      cause: `test ${randomUUID()}`,
      streamId: null,
      measured: 0,
      threshold: 0,
      summary: 'A test: the webhook works',
      posts: 0,
    };
    return must(await fire(tx, alertId, firing, { now: now.getTime(), isTest: true }), 'its cause is new');
  });
}

async function requireTarget(tx: TransactionSql, alertId: number): Promise<void> {
  const [target] = await tx<{ disabled: boolean }[]>`
    select disabled_at is not null as disabled from alert_targets where alert_id = ${alertId} for share`;
  if (target === undefined) throw new BadInputError('The alert has no webhook: give it one with updateAlert');
  if (target.disabled) {
    throw new BadInputError('The webhook is disabled: give its URL again with updateAlert to use it');
  }
}
