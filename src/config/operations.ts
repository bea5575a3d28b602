import { resolve } from 'node:path';
import { defaultLimits, type Limits } from '../http/limits.ts';
import { folder, number, type Values, word } from './variables.ts';

/** Which operations run, and their limits. */
export const operationVariables = {
  QUERY_TIMEOUT_MS: number(defaultLimits.operationMs, 100, 600_000),
  MAX_CONCURRENT_OPERATIONS: number(defaultLimits.operationsAtOnce, 1, 10_000),
  MAX_WAITING_OPERATIONS: number(defaultLimits.operationsWaiting, 0, 100_000),
  MAX_SUBSCRIPTIONS: number(defaultLimits.subscriptions, 0, 1_000_000),
  QUERY_MAX_DEPTH: number(defaultLimits.depth, 1, 200),
  QUERY_MAX_COST: number(defaultLimits.cost, 1, 1_000_000_000),
  QUERY_MAX_ALIASES: number(defaultLimits.aliases, 0, 5_000),
  BATCH_MAX: number(defaultLimits.batch, 1, 1_000),
  OPERATIONS: word(['any', 'only']).default('any'),
  OPERATIONS_DIR: folder.optional(),
  BODY_MAX_BYTES: number(defaultLimits.bodyBytes, 1_000, 100_000_000),
};

export type OperationConfig = {
  readonly queryTimeoutMs: number;
  /** The limits of operations, batches and JSON bodies, see `Limits`. Beyond them: QUERY_TOO_COMPLEX. */
  readonly limits: Pick<
    Limits,
    | 'depth'
    | 'cost'
    | 'aliases'
    | 'batch'
    | 'bodyBytes'
    | 'operationsAtOnce'
    | 'operationsWaiting'
    | 'subscriptions'
  >;
  /** Registered operations: a further folder, and whether all others are refused. */
  readonly operations: { readonly folder: string | undefined; readonly only: boolean };
};

export const operationConfig = (values: Values<typeof operationVariables>): OperationConfig => ({
  queryTimeoutMs: values.QUERY_TIMEOUT_MS,
  limits: {
    depth: values.QUERY_MAX_DEPTH,
    cost: values.QUERY_MAX_COST,
    aliases: values.QUERY_MAX_ALIASES,
    batch: values.BATCH_MAX,
    bodyBytes: values.BODY_MAX_BYTES,
    operationsAtOnce: values.MAX_CONCURRENT_OPERATIONS,
    operationsWaiting: values.MAX_WAITING_OPERATIONS,
    subscriptions: values.MAX_SUBSCRIPTIONS,
  },
  operations: {
    folder: values.OPERATIONS_DIR && resolve(values.OPERATIONS_DIR),
    only: values.OPERATIONS === 'only',
  },
});
