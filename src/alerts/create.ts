import type { Database } from '../db/client.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { dayMs, hourMs, minuteMs, toIso } from '../shared/instant.ts';
import { isStorable } from '../shared/text.ts';
import { requireBetween, requireDuration } from './bounds.ts';
import { makeSecret } from './deliver/sign.ts';
import { parseWebhookUrl, type WebhookRules } from './deliver/url.ts';
import { type GivenCondition, parseCondition } from './parse-condition.ts';
import { beginWatch, requireStreams } from './scope.ts';

/** The operator's rules for alerts. */
export type AlertRules = {
  /** The most alerts that may exist. */
  readonly max: number;
  readonly webhooks: WebhookRules;
};

export type VerbOptions = {
  readonly db: Pick<Database, 'sql'>;
  readonly rules: AlertRules;
  readonly now: Date;
};

/** An alert as the user gives it. */
export type GivenAlert = {
  readonly name: string;
  /** Null: all streams. */
  readonly streams: readonly number[] | null;
  readonly condition: GivenCondition;
  readonly cooldownMs: number;
  /** Null: nothing is sent. */
  readonly webhookUrl: string | null;
};

/** The default cool-down. */
export const defaultCooldownMs = hourMs;

const nameLengthMax = 100;

/**
 * Creates an alert, which watches from now on. Returns its id and, with a webhook, the secret that signs its messages,
 * which is shown only this once. Throws BAD_INPUT when the input is invalid or there are too many alerts, NOT_FOUND
 * when a stream does not exist.
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
    // Creates one alert at a time, so that the count is exact.
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

/** Returns the trimmed name; throws BAD_INPUT when it is empty, too long or cannot be stored. */
export function parseName(name: string): string {
  const trimmed = name.trim();
  const { length } = [...trimmed];
  if (length >= 1 && length <= nameLengthMax && isStorable(trimmed)) return trimmed;
  throw new BadInputError(`Invalid name: ${length} characters given, 1 to ${nameLengthMax} allowed`);
}

/** Returns the cool-down; throws BAD_INPUT when it is out of bounds. */
export const parseCooldown = (ms: number): number => requireDuration('cooldown', ms, minuteMs, 30 * dayMs);
