import postgres from 'postgres';
import { expect, inject, vi } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/client.ts';
import { afterwards } from './afterwards.ts';
import { nameBeside } from './citus.ts';
import { differencesOf } from './differences.ts';
import { patienceMs } from './patience.ts';

type StoreOptions = DatabaseOptions & {
  /** True when tests change rows by hand: the final check is skipped. */
  readonly isDamaged?: boolean;
};

/** Opens a store of `openStore()` once more, as another process would. `url` may be the address of a detour. */
export const openAgain = (url: string, options: DatabaseOptions = {}): Database =>
  openDatabase(url, { twoPhases: inject('isDistributed'), ...options });

/**
 * A database for this test file, or for a test, cloned from the migrated template; dropped afterwards. Fails when
 * `larkstat verify` finds differences at the end, or a transaction is still open.
 */
export async function openStore({
  isDamaged = false,
  ...options
}: StoreOptions = {}): Promise<Database & { readonly url: string }> {
  const template = new URL(inject('clusterUrl'));
  const name = nameBeside(template.href);
  const nodes = inject('clusterNodes').map((node) => postgres(node, { max: 1, onnotice: () => {} }));
  const onEach = (statement: string) => Promise.all(nodes.map((node) => node.unsafe(statement)));
  // The template is copied as files: the other strategy writes each page to the log and takes ten times as long.
  await onEach(`create database ${name} template ${template.pathname.slice(1)} strategy file_copy`);
  const url = new URL(`/${name}`, template).href;
  const database = openAgain(url, { poolSize: 4, ...options });
  const openTransactions = () =>
    onEach(
      `select query from pg_stat_activity where datname = '${name}' and state like 'idle in transaction%'`,
    );
  afterwards(async () => {
    try {
      if (isDamaged) return;
      // Connections that are just closing may need a moment.
      await vi.waitFor(
        async () => expect((await openTransactions()).flat(), 'left open').toEqual([]),
        patienceMs,
      );
      expect(await differencesOf(database), 'a rollup differs from a recount').toEqual([]);
    } finally {
      await database.close();
      await onEach(`drop database ${name} with (force)`);
      await Promise.all(nodes.map((node) => node.end()));
    }
  });
  return { ...database, url };
}
