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
 * Locks an alert until the transaction ends; evaluating and changing an alert require this lock. `ifLocked` says
 * whether to wait for another holder. Null when there is no such alert, or when it is locked and `skip` was given.
 */
export async function lockAlert(
  tx: TransactionSql,
  alertId: number,
  ifLocked: 'wait' | 'skip' = 'wait',
): Promise<LockedAlert | null> {
  const [alert] = await tx<LockedAlert[]>`
    select alert_id as "alertId", name, condition, streams, state, cooldown_ms::float8 as "cooldownMs",
      (extract(epoch from fired_at) * 1000)::float8 as "firedAt", memory
    from alerts where alert_id = ${alertId} ${ifLocked === 'skip' ? tx`for update skip locked` : tx`for update`}`;
  return alert ?? null;
}
