import type { TransactionSql } from 'postgres';
import type { Condition, Memory } from './condition.ts';

/** An alert whose row a transaction has locked. Instants are milliseconds. */
export type LockedAlert = {
  readonly alertId: number;
  readonly name: string;
  readonly condition: Condition;
  /** Null: all streams. */
  readonly streams: readonly number[] | null;
  readonly state: 'ACTIVE' | 'PAUSED';
  readonly cooldownMs: number;
  readonly firedAt: number | null;
  readonly memory: Memory | null;
};

/**
 * Locks an alert until the transaction ends: whoever evaluates or changes it holds this lock. `others`: whether to wait
 * for one who has it. Null when there is no such alert, or when another has it and is not waited for.
 */
export async function lockAlert(
  tx: TransactionSql,
  alertId: number,
  others: 'wait' | 'skip' = 'wait',
): Promise<LockedAlert | null> {
  const [alert] = await tx<LockedAlert[]>`
    select alert_id as "alertId", name, condition, streams, state, cooldown_ms::float8 as "cooldownMs",
      (extract(epoch from fired_at) * 1000)::float8 as "firedAt", memory
    from alerts where alert_id = ${alertId} ${others === 'skip' ? tx`for update skip locked` : tx`for update`}`;
  return alert ?? null;
}
