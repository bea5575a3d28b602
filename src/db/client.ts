import type { SQL } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { type Logger, pino } from 'pino';
import { noTracer, type Tracer } from '../shared/tracer.ts';
import type { Carrier } from '../platform/carrier.ts';
import { cancelledBy } from './cancellable.ts';
import { ChangeFeed } from './change-feed.ts';
import { openNotify } from './notify.ts';
import { openClient } from './open-client.ts';
import { Pool, type PoolFacts } from './pool.ts';
import { OftenSent } from './prepared.ts';
import { queryText } from './query-text.ts';
import type { ClientOptions } from './session.ts';
import { watchTypeRequests } from './type-requests.ts';
import { tracedBy } from './traced.ts';
import { guardTransactions } from './transactions.ts';

/**
 * The store. `orm` reads and writes single rows; `sql` is postgres.js itself, for COPY and long transactions. They have
 * separate clients: Drizzle changes how its client reads dates.
 */
export type Database = {
  readonly orm: PostgresJsDatabase;
  readonly sql: postgres.Sql;
  /**
   * Runs a statement by the connections of `orm`, and returns its rows. `Row` has the columns as Postgres sends them: a
   * bigint is a string unless the statement casts it to float8. Only tests verify the type.
   */
  rows<Row>(statement: SQL): Promise<readonly Row[]>;
  /** The changes that this and other processes announce. */
  readonly changeFeed: ChangeFeed;
  /** Whether the store is distributed over a cluster. */
  readonly isDistributed: boolean;
  /** The use of the connections: of `orm` (queries) and of `sql` (writes). */
  pools(): readonly PoolFacts[];
  /**
   * The store for one operation: when the signal fires, the statements of its `orm` are cancelled, transactions are
   * not. `ending.signal` is first read with the first statement.
   */
  until(ending: { readonly signal: AbortSignal }): Database;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** The most connections for queries; up to four more run statements that are planned once (`onePlan`). */
  readonly poolSize?: number;
  readonly applicationName?: string;
  /** The timeout of a statement of `orm`; by default none. */
  readonly statementTimeoutMs?: number;
  /** Called with the text of every statement of `orm`. */
  readonly onStatement?: (statement: string) => void;
  /** Records spans of the statements of `orm`; by default nothing does. */
  readonly tracer?: Tracer;
  /** Whether the store is distributed, so that transactions must commit in two phases. */
  readonly twoPhases?: boolean;
  /** Delivers changes to other processes; by default Postgres does. */
  readonly carrier?: Carrier;
  /** Logs when other processes cannot be reached. */
  readonly log?: Logger | undefined;
};

/** Connections for statements that are planned once. */
const plannedMax = 4;

/** Opens the store; connections are made when first needed. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const {
    applicationName,
    statementTimeoutMs = 0,
    twoPhases = false,
    log = pino({ level: 'silent' }),
  } = options;
  const changeFeed = new ChangeFeed(options.carrier ?? openNotify(url, log), log);
  const common = { purpose: 'working', applicationName } as const;
  // By then a cancelled statement has returned.
  const silentMs = statementTimeoutMs === 0 ? 0 : statementTimeoutMs + 5_000;
  const queries = new Pool('queries', options.poolSize ?? 10);
  const writes = new Pool('writes', 4);
  // Few: each stores its plans, which take memory, and its statements are short.
  const planned = new Pool('planned', Math.min(queries.max, plannedMax));
  const open = (pool: Pool, how: ClientOptions) => {
    const client = openClient(url, { ...how, max: pool.max, onSocket: (socket) => pool.count(socket) });
    return guardTransactions(pool.metering(client), changeFeed, { twoPhases });
  };
  const openQueries = (pool: Pool, plans: 'force_custom_plan' | 'force_generic_plan') =>
    open(pool, {
      ...common,
      silentMs,
      connection: {
        statement_timeout: statementTimeoutMs,
        plan_cache_mode: plans,
        // A generic plan expects more rows than most streams have, and would start workers for nothing.
        ...(plans === 'force_generic_plan' ? { max_parallel_workers_per_gather: 0 } : {}),
      },
    });
  // A generic plan would be made for a stream of average size.
  const client = openQueries(queries, 'force_custom_plan');
  // Citus finds a stream's shard when it plans.
  const plannedClient = twoPhases ? client : openQueries(planned, 'force_generic_plan');
  const clients = {
    planning: { client, pool: queries },
    planned: twoPhases ? { client, pool: queries } : { client: plannedClient, pool: planned },
  };
  const often = new OftenSent();
  watchTypeRequests(client);
  const sql = open(writes, common);
  const { onStatement, tracer = noTracer } = options;
  const traced = (of: postgres.Sql) => (tracer.isOn ? tracedBy(of, tracer) : of);
  const ormOf = (of: postgres.Sql) => drizzle(of, onStatement ? { logger: { logQuery: onStatement } } : {});
  const rowsOf = async <Row>(of: postgres.Sql, statement: SQL) => {
    const { text, parameters } = queryText(statement);
    onStatement?.(text);
    const rows = await of.unsafe(text, parameters as postgres.ParameterOrJSON<never>[]); // safe: as Drizzle passes them
    return rows as unknown as readonly Row[]; // safe: the caller names them
  };
  const queriesClient = traced(client);
  const database: Database = {
    orm: ormOf(queriesClient),
    sql,
    rows: (statement) => rowsOf(queriesClient, statement),
    changeFeed,
    isDistributed: twoPhases,
    pools: () => [queries.facts, writes.facts, ...(twoPhases ? [] : [planned.facts])],
    until(ending) {
      let own: postgres.Sql | null = null;
      let orm: Database['orm'] | null = null;
      const ownClient = () => {
        own ??= traced(cancelledBy(clients, ending.signal, often));
        return own;
      };
      return {
        ...database,
        get orm() {
          orm ??= ormOf(ownClient());
          return orm;
        },
        rows: (statement) => rowsOf(ownClient(), statement),
      };
    },
    close: async () => {
      await Promise.all([client.end(), plannedClient.end(), sql.end()]);
      // Closed last, so that all committed changes are published.
      await changeFeed.close();
    },
  };
  return database;
}
