import type { TransactionSql } from 'postgres';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import { toIso } from '../shared/instant.ts';
import { parseCooldown, parseName, type VerbOptions } from './create.ts';
import { makeSecret } from './deliver/sign.ts';
import { parseWebhookUrl, type WebhookRules } from './deliver/url.ts';
import { lockAlert } from './lock.ts';
import { type GivenCondition, parseCondition } from './parse-condition.ts';
import { beginWatch, requireStreams } from './scope.ts';

/** Changes of an alert; a field that is not given keeps its value. */
export type AlertChanges = {
  readonly name?: string;
  /** Null: all streams. */
  readonly streams?: readonly number[] | null;
  readonly condition?: GivenCondition;
  readonly cooldownMs?: number;
  readonly paused?: boolean;
  /** Null removes it. Giving a disabled URL again enables it. The secret stays the same. */
  readonly webhookUrl?: string | null;
};

/**
 * Changes an alert. When its streams or condition change, or it is resumed, it starts afresh: earlier posts are not
 * reported. Returns the secret of a webhook that was added; null otherwise. Throws NOT_FOUND when there is no such
 * alert.
 */
export async function updateAlert(
  { db, rules, now }: VerbOptions,
  alertId: number,
  changes: AlertChanges,
): Promise<{ readonly secret: string | null }> {
  const name = changes.name === undefined ? null : parseName(changes.name);
  const cooldownMs = changes.cooldownMs === undefined ? null : parseCooldown(changes.cooldownMs);
  const condition = changes.condition === undefined ? null : parseCondition(changes.condition);
  return db.sql.begin(async (tx) => {
    const alert = await lockAlert(tx, alertId);
    if (alert === null) throw new NotFoundError('No such alert');
    const watched = {
      condition: condition ?? alert.condition,
      streams: changes.streams === undefined ? alert.streams : uniqueOf(changes.streams),
    };
    const state = changes.paused === undefined ? alert.state : changes.paused ? 'PAUSED' : 'ACTIVE';
    const isResumed = state === 'ACTIVE' && alert.state === 'PAUSED';
    const isChanged = condition !== null || changes.streams !== undefined;
    if (isChanged || isResumed) {
      if (watched.streams?.length === 0 && !isChanged) {
        throw new BadInputError('The streams that it watched were deleted: name other streams');
      }
      await requireStreams(tx, watched.condition, watched.streams);
      await beginWatch(tx, alertId, watched.condition, watched.streams);
      await tx`
        update alerts set kind = ${watched.condition.kind}, condition = ${tx.json(watched.condition)},
          streams = ${watched.streams as number[] | null}, memory = null, error = null, error_at = null,
          next_at = ${toIso(now.getTime())}
        where alert_id = ${alertId}`;
    }
    await tx`
      update alerts set name = coalesce(${name}, name), cooldown_ms = coalesce(${cooldownMs}, cooldown_ms),
        state = ${state}, note = case when ${state === 'ACTIVE'} then null else note end
      where alert_id = ${alertId}`;
    const secret = await changeWebhook(tx, alertId, changes.webhookUrl, rules.webhooks);
    return { secret };
  });
}

const uniqueOf = (ids: readonly number[] | null) => (ids === null ? null : [...new Set(ids)]);

async function changeWebhook(
  tx: TransactionSql,
  alertId: number,
  given: string | null | undefined,
  rules: WebhookRules,
): Promise<string | null> {
  if (given === undefined) return null;
  if (given === null) {
    await tx`delete from alert_targets where alert_id = ${alertId} and method = 'WEBHOOK'`;
    return null;
  }
  const url = parseWebhookUrl(given, rules).href;
  const secret = makeSecret();
  const [row] = await tx<{ isNew: boolean }[]>`
    insert into alert_targets as t (alert_id, method, target, secret) values (${alertId}, 'WEBHOOK', ${url}, ${secret})
    on conflict (alert_id, method) do update set target = excluded.target, failing_since = null, disabled_at = null, note = null
    returning t.secret = ${secret} as "isNew"`;
  return row?.isNew ? secret : null;
}
