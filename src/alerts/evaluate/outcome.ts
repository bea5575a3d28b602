import type { Database } from '../../db/client.ts';
import type { TransactionSql } from 'postgres';
import type { Memory } from '../condition.ts';
import type { LockedAlert } from '../lock.ts';

/** An event to store. */
export type Firing = {
  /** What fired it. The same cause fires an alert only once. */
  readonly cause: string;
  /** The stream that it is about; null for none or several. */
  readonly streamId: number | null;
  readonly measured: number;
  readonly threshold: number;
  readonly summary: string;
  /** The number of waiting posts; this event reports all of them. */
  readonly posts: number;
};

/** The result of an evaluation. */
export type Outcome = {
  readonly firings: readonly Firing[];
  /** When to evaluate it again at the latest, in milliseconds; null: when a stream changes. */
  readonly nextAt: number | null;
  /** Stored for the next evaluation; left out: unchanged. */
  readonly memory?: Memory;
};

/** The arguments of an evaluator. It reads the store by `db`, and writes the alert's own tables by `tx`. */
export type Evaluation<Condition> = {
  readonly tx: TransactionSql;
  readonly db: Database;
  readonly alert: LockedAlert;
  readonly condition: Condition;
  /** The current time, in milliseconds. */
  readonly now: number;
  /** When the alert may fire again; null: now. */
  readonly coolsUntil: number | null;
};
