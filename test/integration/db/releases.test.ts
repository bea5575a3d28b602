import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { applyMigrations, dropStore } from '../../../src/backup/recreate.ts';
import { listMigrations, migrate } from '../../../src/db/migrate.ts';
import { copyPieces } from '../../../src/ingest/write/copy.ts';
import { verifyStream } from '../../support/verify.ts';
import { startRebuilding } from '../../../src/jobs/rebuilding.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { findRebuilding } from '../../../src/streams/rebuilds.ts';
import { differencesOf } from '../../support/differences.ts';
import { aPost, anAccount, savePosts } from '../../support/posts.ts';
import { root } from '../../support/program.ts';
import { openStore } from '../../support/store.ts';

/**
 * A store as a release left it: its own code made up accounts and posts, read half of them again a day later, and
 * collected a third of them for a topic. The rows of each table are the text of a COPY.
 */
type Dump = {
  /** The number of migrations of the release. */
  readonly migrations: number;
  readonly tables: Readonly<Record<string, { readonly columns: readonly string[]; readonly rows: string }>>;
  /** The last value of each sequence. */
  readonly sequences: Readonly<Record<string, string>>;
};

const folder = join(root, 'test/support/dumps');
const releases = readdirSync(folder).map((file) => ({
  release: file.replace('.json.gz', ''),
  dump: JSON.parse(String(gunzipSync(readFileSync(join(folder, file))))) as Dump,
}));

/** A new database with the schema and the rows of the release. */
async function restored({ migrations, tables, sequences }: Dump) {
  const store = await openStore({ isDamaged: true });
  await store.sql.begin(async (tx) => {
    await dropStore(tx);
    await applyMigrations(tx, listMigrations().slice(0, migrations));
    // Rows are loaded table by table, whatever refers to them.
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(`truncate ${Object.keys(tables).join(', ')}`);
    for (const [table, { columns, rows }] of Object.entries(tables))
      await copyPieces(tx, table, columns, [Buffer.from(rows)]);
    for (const [name, last] of Object.entries(sequences)) await tx`select setval(${name}, ${last})`;
  });
  return store;
}

const countOf = (dump: Dump, table: string) => (dump.tables[table]?.rows.match(/\n/g) ?? []).length;

describe.each(releases)('a store of $release', ({ dump }) => {
  test('is migrated to today’s schema and rules, and loses no post', async () => {
    const store = await restored(dump);
    await migrate(store.url);
    const log = pino({ level: 'silent' });
    const worker = startRebuilding({ db: store, log, parsers: rawParser, firstMs: 1, everyMs: 20 });
    await expect.poll(() => findRebuilding(store.sql)).toBeNull();
    await worker.close();
    expect(await differencesOf(store)).toEqual([]);
    const [counted] = await store.sql`
      select (select count(*)::int from posts) as posts, (select count(*)::int from metric_history) as readings`;
    expect(counted).toEqual({ posts: countOf(dump, 'posts'), readings: countOf(dump, 'metric_history') });
    expect(counted?.posts).toBeGreaterThan(100);
  });

  test('accepts posts right after it was migrated', async () => {
    const store = await restored(dump);
    await migrate(store.url);
    const account = anAccount();
    const { streamId } = await savePosts(store, account, [aPost(account), aPost(account)]);
    expect(await verifyStream(store.sql, streamId)).toEqual([]);
  });
});
