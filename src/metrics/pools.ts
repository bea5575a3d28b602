import type { Registry } from 'prom-client';
import type { PoolFacts } from '../db/pool.ts';
import { observeGauge } from './registry.ts';

/** Adds metrics of a process's database pools. */
export function watchPools(registry: Registry, pools: () => readonly PoolFacts[]): void {
  observeGauge(
    registry,
    {
      name: 'larkstat_database_pool_connections',
      help: 'Connections of a pool to the database, by whether they are in use.',
      labels: ['pool', 'state'],
    },
    () =>
      pools().flatMap(({ name: pool, inUse, idle }) => [
        { labels: { pool, state: 'in_use' }, value: inUse },
        { labels: { pool, state: 'idle' }, value: idle },
      ]),
  );
  observeGauge(
    registry,
    {
      name: 'larkstat_database_pool_waiting',
      help: 'Statements and transactions that wait for a connection of the pool.',
      labels: ['pool'],
    },
    () => pools().map(({ name: pool, waiting }) => ({ labels: { pool }, value: waiting })),
  );
  observeGauge(
    registry,
    {
      name: 'larkstat_database_pool_max_connections',
      help: 'Connections that the pool may have.',
      labels: ['pool'],
    },
    () => pools().map(({ name: pool, max }) => ({ labels: { pool }, value: max })),
  );
}
