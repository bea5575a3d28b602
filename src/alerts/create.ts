import type { Database } from '../db/client.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { dayMs, hourMs, minuteMs, toIso } from '../shared/instant.ts';
import { isStorable } from '../shared/text.ts';
import { requireBetween, requireDuration } from './bounds.ts';
import { makeSecret } from './deliver/sign.ts';
import { parseWebhookUrl, type WebhookRules } from './deliver/url.ts';
import { type GivenCondition, parseCondition } from './parse-condition.ts';
import { beginWatch, requireStreams } from './scope.ts';

/** What those who run the server allow. */
export type AlertRules = {
  /** Alerts that there may be. */
  readonly max: number;
  readonly webhooks: WebhookRules;
};

export type VerbOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly rules: AlertRules;
  readonly now: Date;
};

/** An alert as people ask for it. */
export type GivenAlert = {
  readonly name: string;
  /** Null: all streams. */
  readonly streams: readonly number[] | null;
  readonly condition: GivenCondition;
  readonly cooldownMs: number;
  /** Null: nothing is sent. */
  readonly webhookUrl: string | null;
};

/** How long an alert is quiet after it has fired, where nothing is said. */
export const defaultCooldownMs = hourMs;

const nameLengthMax = 100;

/**
 * Makes an alert, which watches from now on. Returns its id, and the secret that its messages are signed with, which is
 * shown this once; null without a webhook. BAD_INPUT when something of it is invalid or there are too many alerts,
 * NOT_FOUND when a stream is not there.
 */
export async function createAlert(
  { db, rules, now }: VerbOptions,
  given: GivenAlert,
): Promise<{ readonly alertId: number; readonly secret: string | null }> {
  const name = parseName(given.name);
  const condition = parseCondition(given.condition);
  const cooldownMs = parseCooldown(given.cooldownMs);
  const url = given.webhookUrl === null ? null : parseWebhookUrl(given.webhookUrl, rules.webhooks).href;
  const streams = given.streams === null ? null : [...new Set(given.streams)];
  return db.sql.begin(async (tx) => {
    // One at a time, so that they are counted.
    await tx`select pg_advisory_xact_lock(hashtext('larkstat alerts'))`;
    const [row] = await tx<{ count: number }[]>`select count(*)::int as count from alerts`;
    requireBetween('number of alerts', (row?.count ?? 0) + 1, 1, rules.max);
    await requireStreams(tx, condition, streams);
    const [made] = await tx<{ alertId: number }[]>`
      insert into alerts (name, kind, condition, streams, cooldown_ms, created_at, next_at)
      values (${name}, ${condition.kind}, ${tx.json(condition)}, ${streams as number[] | null}, ${cooldownMs},
        ${toIso(now.getTime())}, ${toIso(now.getTime())})
      returning alert_id as "alertId"`;
    const { alertId } = must(made, 'the row was inserted');
    await beginWatch(tx, alertId, condition, streams);
    if (url === null) return { alertId, secret: null };
    const secret = makeSecret();
    await tx`
      insert into alert_targets (alert_id, method, target, secret) values (${alertId}, 'WEBHOOK', ${url}, ${secret})`;
    return { alertId, secret };
  });
}

/** The name, or BAD_INPUT when it is empty, too long or cannot be stored. */
export function parseName(name: string): string {
  const trimmed = name.trim();
  const { length } = [...trimmed];
  if (length >= 1 && length <= nameLengthMax && isStorable(trimmed)) return trimmed;
  throw new BadInputError(`Invalid name: ${length} characters given, 1 to ${nameLengthMax} allowed`);
}

/** The cool-down, or BAD_INPUT when it is out of bounds. */
export const parseCooldown = (ms: number): number => requireDuration('cooldown', ms, minuteMs, 30 * dayMs);
