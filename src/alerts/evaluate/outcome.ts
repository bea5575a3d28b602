import type { Database } from '../../db/client.ts';
import type { TransactionSql } from 'postgres';
import type { Memory } from '../condition.ts';
import type { LockedAlert } from '../lock.ts';

/** What is to be told of. */
export type Firing = {
  /** What fired it: the same cause fires an alert once. */
  readonly cause: string;
  /** The stream that it is about; null when it is about none, or several. */
  readonly streamId: number | null;
  readonly measured: number;
  readonly threshold: number;
  readonly summary: string;
  /** Posts that wait to be told of, all of which belong to this event. */
  readonly posts: number;
};

/** What an evaluation found. */
export type Outcome = {
  readonly firings: readonly Firing[];
  /** When it is evaluated again, in milliseconds, whatever changes before; null: when a stream changes. */
  readonly nextAt: number | null;
  /** Kept for the next evaluation; not given: as it was. */
  readonly memory?: Memory;
};

/** What an evaluator works with. It reads of the store by `db`, and writes to the alert's own tables by `tx`. */
export type Evaluation<Condition> = {
  readonly tx: TransactionSql;
  readonly db: Database;
  readonly alert: LockedAlert;
  readonly condition: Condition;
  /** The present, in milliseconds. */
  readonly now: number;
  /** When the alert may fire again; null: at once. */
  readonly coolsUntil: number | null;
};
