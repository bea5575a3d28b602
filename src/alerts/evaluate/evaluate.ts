import type { Database } from '../../db/client.ts';
import type { AlertKind } from '../../shared/alert.ts';
import { minuteMs, toIso } from '../../shared/instant.ts';
import { messageText } from '../../shared/text.ts';
import { coolsUntil } from '../compute.ts';
import type { Condition } from '../condition.ts';
import { fire } from '../fire.ts';
import { lockAlert } from '../lock.ts';
import type { MeasureBurst } from '../burst.ts';
import { evaluateBurst } from './burst.ts';
import { evaluateFollowers } from './followers.ts';
import { evaluateLikes } from './likes.ts';
import type { Evaluation, Outcome } from './outcome.ts';
import { evaluatePosts } from './posts.ts';
import { evaluateWordRate } from './word-rate.ts';

/** Time limit for the statements of one evaluation, in milliseconds; exceeding it is an error of the alert. */
const limitMs = 20_000;

export type EvaluateOptions = {
  readonly db: Database;
  readonly measureBurst: MeasureBurst;
  /** The current time, in milliseconds. */
  readonly now: number;
};

/**
 * The result of an evaluation: the number of events; `busy` when another process has the alert; `gone` when there is
 * nothing to do.
 */
export type Evaluated = { readonly fired: number; readonly kind: AlertKind } | 'busy' | 'gone';

/**
 * Evaluates an alert in one transaction that locks its row. What was checked, what fired and how far it has read are
 * written together or not at all, so that a firing is stored exactly once, whichever process evaluates and whatever
 * crashes.
 */
export async function evaluateAlert(options: EvaluateOptions, alertId: number): Promise<Evaluated> {
  const { db, now } = options;
  try {
    return await evaluateLocked(options, alertId);
  } catch (error) {
    // The alert is tried again later. Without a database this update fails, too, and the caller reports that.
    await db.sql`
      update alerts set error = ${messageText((error as Error).message)}, error_at = ${toIso(now)},
        next_at = ${toIso(now + minuteMs)}
      where alert_id = ${alertId}`;
    throw error;
  }
}

async function evaluateLocked(options: EvaluateOptions, alertId: number): Promise<Evaluated> {
  const { db, now } = options;
  return db.sql.begin(async (tx) => {
    const alert = await lockAlert(tx, alertId, 'skip');
    if (alert === null) return (await isThere(db, alertId)) ? 'busy' : 'gone';
    if (alert.state !== 'ACTIVE') return 'gone';
    const outcome = await evaluate(options, alert.condition, {
      tx,
      db: db.until({ signal: AbortSignal.timeout(limitMs) }),
      alert,
      now,
      coolsUntil: coolsUntil(alert.firedAt, alert.cooldownMs),
    });
    let fired = 0;
    for (const firing of outcome.firings) {
      if ((await fire(tx, alertId, firing, { now })) !== null) fired++;
    }
    const nextAt = outcome.nextAt === null ? null : toIso(outcome.nextAt);
    await tx`
      update alerts set evaluated_at = ${toIso(now)}, next_at = ${nextAt}, error = null, error_at = null
        ${outcome.memory === undefined ? tx`` : tx`, memory = ${tx.json(outcome.memory)}`}
      where alert_id = ${alertId}`;
    return { fired, kind: alert.condition.kind };
  });
}

function evaluate(
  { measureBurst }: EvaluateOptions,
  condition: Condition,
  rest: Omit<Evaluation<Condition>, 'condition'>,
): Promise<Outcome> {
  switch (condition.kind) {
    case 'POSTS':
      return evaluatePosts({ ...rest, condition });
    case 'LIKES':
      return evaluateLikes({ ...rest, condition });
    case 'FOLLOWERS_LOST':
      return evaluateFollowers({ ...rest, condition });
    case 'WORD_RATE':
      return evaluateWordRate({ ...rest, condition });
    case 'BURST':
      return evaluateBurst({ ...rest, condition }, measureBurst);
  }
}

async function isThere({ sql }: Database, alertId: number): Promise<boolean> {
  const rows = await sql`select from alerts where alert_id = ${alertId} and state = 'ACTIVE'`;
  return rows.length > 0;
}
