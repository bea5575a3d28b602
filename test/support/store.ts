import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/client.ts';
import { afterwards } from './afterwards.ts';

/** A database of this test file's own, or of a test's, cloned from the migrated template; dropped after it. */
export async function openStore(options: DatabaseOptions = {}): Promise<Database & { readonly url: string }> {
  const template = new URL(inject('clusterUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const nodes = inject('clusterNodes').map((node) => postgres(node, { max: 1, onnotice: () => {} }));
  const onEach = (statement: string) => Promise.all(nodes.map((node) => node.unsafe(statement)));
  await onEach(`create database ${name} template ${template.pathname.slice(1)}`);
  const url = new URL(`/${name}`, template).href;
  const database = openDatabase(url, { poolSize: 4, twoPhases: inject('isDistributed'), ...options });
  afterwards(async () => {
    await database.close();
    await onEach(`drop database ${name} with (force)`);
    await Promise.all(nodes.map((node) => node.end()));
  });
  return { ...database, url };
}
