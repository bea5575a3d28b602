import { createHash } from 'node:crypto';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import postgres from 'postgres';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { openBackup } from '../../../src/backup/open.ts';
import { restoreBackup } from '../../../src/backup/restore.ts';
import { saveBackup } from '../../../src/backup/save.ts';
import { applyMigrations, dropStore } from '../../../src/backup/recreate.ts';
import { columnsOf } from '../../../src/backup/tables.ts';
import { storeTables, storeTypes } from '../../../src/db/store-tables.ts';
import { phasesTable } from '../../../src/db/two-phases.ts';
import { listMigrations } from '../../../src/db/migrate.ts';
import { foldTallies } from '../../../src/ingest/folding/tallies.ts';
import { verifyStream } from '../../support/verify.ts';
import { createKey } from '../../../src/access/keys.ts';
import { diskFull } from '../../../src/shared/disk-full.ts';
import { BadInputError, must } from '../../../src/shared/errors.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { findRebuilding } from '../../../src/streams/rebuilds.ts';
import { afterwards } from '../../support/afterwards.ts';
import { altered, digestOf, membersOf, ofOlderSchema } from '../../support/backups.ts';
import { anAccount, aPost, observed, savePosts } from '../../support/posts.ts';
import { aMachine } from '../../support/servers.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { openStore } from '../../support/store.ts';
import type { ZipMember } from '../../support/zips.ts';

// Otherwise each would count as one of the program's own processes, which a restore waits for.
const aStore = () => openStore({ applicationName: 'test' });
type Store = Awaited<ReturnType<typeof aStore>>;

let folder: string;
let store: Store;
let file: string;
let members: readonly ZipMember[];

/** Posts of every kind, with everything that is hard to serialize. */
function somePosts(account: ReturnType<typeof anAccount>, from: number, count: number) {
  return Array.from({ length: count }, (_, at) =>
    aPost(account, {
      platformId: String(1_000 + from + at),
      createdAt: Date.UTC(2024, 0, 1) + (from + at) * 3_600_000,
      text: ['tab\tbreak\nreturn\r\\. \\N', '日本 🎉', '"{a,b}"', '\u001e'][at % 4] ?? '',
      hashtags: ['a\\b', '{x,"y"}'].slice(0, at % 3),
      words: ['wörd', `w${at % 7}`],
      media: at % 5 === 0 ? [{ kind: 'PHOTO', url: 'https://x.example/1', altText: null } as never] : [],
      metrics: { ...unknownMetrics, likes: at % 2 === 0 ? at : null },
      raw: JSON.stringify({ id: from + at, text: 'raw\n' }),
    }),
  );
}

async function restoreInto(into: Store, path: string, options: Parameters<typeof restoreBackup>[2] = {}) {
  const backup = await openBackup(path);
  try {
    return await restoreBackup({ db: into, url: into.url }, backup, options);
  } finally {
    await backup.close();
  }
}

const save = (from: Store, path: string) => saveBackup({ db: from, url: from.url }, path);

async function streamsOf({ sql }: Store) {
  const streams = await sql<{ streamId: number; version: number }[]>`
    select stream_id as "streamId", version::float8 as version from streams order by stream_id`;
  const counts = await sql<{ streamId: number; posts: number }[]>`
    select stream_id as "streamId", count(*)::int as posts from posts group by stream_id`;
  const posts = new Map(counts.map((row) => [row.streamId, row.posts]));
  return streams.map((row) => ({ ...row, posts: posts.get(row.streamId) ?? 0 }));
}

async function expectRecounted(of: Store) {
  for (const { streamId } of await streamsOf(of)) expect(await verifyStream(of.sql, streamId)).toEqual([]);
}

/** The store again, with each month in one part, as before there were parts; and the content of a backup of it. */
async function aFoldedStore(path: string) {
  const folded = await aStore();
  await restoreInto(folded, file);
  for (const { streamId } of await streamsOf(folded)) await foldTallies(folded.sql, streamId, { all: true });
  await save(folded, path);
  return { store: folded, members: await membersOf(path) };
}

beforeAll(async () => {
  folder = await aMachine();
  store = await aStore();
  file = join(folder, 'whole.zip');
  for (const number of [1, 2, 3]) {
    const account = anAccount({ followers: number });
    await savePosts(store, account, somePosts(account, 0, 40 * number));
    // Seen again with other figures, for metric history.
    const again = somePosts(account, 0, 10).map((post) => ({
      ...post,
      observedAt: observed + 1_000_000,
      metrics: { ...unknownMetrics, likes: 99 },
    }));
    await savePosts(store, account, again);
  }
  await createKey({ db: store, now: new Date() }, { name: 'app', scope: 'read', expiresAt: null });
  await store.sql`
    insert into jobs (job_id, kind, payload) values (gen_random_uuid(), 'IMPORT', '{"source": "archive", "n": 1.50}')`;
  await store.sql`insert into spending (provider, month, usd) values ('X_API', '2026-01-01', 1.250001)`;
  await save(store, file);
  members = await membersOf(file);
});

test('every table and enum of a store is in a backup', async () => {
  const tables = await store.sql`
    select c.relname as name from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and c.relname <> ${phasesTable} order by 1`;
  expect(storeTables).toEqual(tables.map(({ name }) => name));
  const types = await store.sql`
    select typname as name from pg_type where typtype = 'e' and typnamespace = 'public'::regnamespace order by 1`;
  expect(storeTypes).toEqual(types.map(({ name }) => name));
});

describe('a backup', () => {
  test('restores to the same rows, and to rollups that a recount confirms', async () => {
    const into = await aStore();
    const restored = await restoreInto(into, file);
    expect(restored.replaced).toMatchObject({ streams: 0, posts: 0, jobs: 0, keys: 0 });
    expect(restored.migrated).toBe(0);
    expect(await digestOf(into.sql)).toEqual(await digestOf(store.sql));
    await expectRecounted(into);
  });

  test('has the indexes that a new store has', async () => {
    const into = await aStore();
    const indexes = () =>
      into.sql`select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1`;
    const before = await indexes();
    await restoreInto(into, file);
    expect(await indexes()).toEqual(before);
  });

  test('that is made while posts are written shows the store between two of the writes', async () => {
    const busy = await aStore();
    const accounts = [anAccount(), anAccount()];
    let [writing, batches] = [true, 0];
    const written = (async () => {
      for (; writing; batches++) {
        for (const account of accounts) await savePosts(busy, account, somePosts(account, 7 * batches, 7));
      }
    })();
    for (let number = 0; number < 4; number++) {
      await expect.poll(() => batches).toBeGreaterThan(3 * (number + 1));
      const path = join(folder, `busy-${number}.zip`);
      await save(busy, path);
      const into = await aStore();
      await restoreInto(into, path);
      await expectRecounted(into);
      const [first = { posts: 0 }, second = { posts: 0 }] = await streamsOf(into);
      // The second account's batch is written right after the first one's.
      expect([0, 7]).toContain(first.posts - second.posts);
      expect(first.posts % 7).toBe(0);
      expect(first.posts).toBeGreaterThan(0);
      const ids = await into.sql`select post_id from posts where stream_id = 1 order by created_at`;
      const all =
        await busy.sql`select post_id from posts where stream_id = 1 order by created_at limit ${ids.length}`;
      expect(ids).toEqual(all);
    }
    writing = false;
    await written;
  });

  test('can be read by its owner alone, and leaves no other file', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('that is interrupted leaves the previous file', async () => {
    const own = await aMachine();
    const path = join(own, 'kept.zip');
    await writeFile(path, 'the one before');
    let kill: Promise<unknown> | null = null;
    const killed = saveBackup({ db: store, url: store.url }, path, {
      onProgress: () => {
        kill ??= store.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'larkstat backup' and datname = current_database()`.execute();
      },
    });
    // It may end before it is killed; while other tables still have rows to copy it never does.
    await expect(killed).rejects.toThrow();
    await kill; // otherwise it kills the next process
    expect(await readFile(path, 'utf8')).toBe('the one before');
    expect(await readdir(own)).toEqual(['kept.zip']);
  });
});

const disk = mountSmallDisk('a backup to a full disk', 1);

test.skipIf(disk === null)(
  'a backup to a full disk fails with a message, and leaves the previous file',
  async () => {
    const { folder: small } = must(disk, 'else it is skipped');
    afterwards(() => disk?.remove());
    const path = join(small, 'kept.zip');
    await writeFile(path, 'the one before');
    // One page of 4 kB is free, because a backup of few rows may need less than 12 kB; or no page.
    for (const left of [1, 0]) {
      await writeFile(join(small, 'other'), Buffer.alloc(1024 ** 2 - (1 + left) * 4096));
      const failed = save(store, path).catch((error: unknown) => error);
      expect(diskFull(await failed, small)).toBeInstanceOf(Error);
      expect(await readFile(path, 'utf8')).toBe('the one before');
      expect((await readdir(small)).sort()).toEqual(['kept.zip', 'other']);
    }
  },
);

describe('restoring', () => {
  let full: Store;
  let before: Awaited<ReturnType<typeof digestOf>>;

  beforeAll(async () => {
    full = await aStore();
    const account = anAccount();
    await savePosts(full, account, somePosts(account, 0, 5));
    before = await digestOf(full.sql);
  });

  const unchanged = async () => expect(await digestOf(full.sql)).toEqual(before);

  async function expectRefused(bytes: Buffer, message: string | RegExp) {
    const path = join(folder, 'refused.zip');
    await writeFile(path, bytes);
    const refused = restoreInto(full, path, { replace: true });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(BadInputError);
    await unchanged();
  }

  const withTable =
    (name: string, change: (table: Manifest['tables'][number]) => object) => (manifest: Manifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) => (table.name === name ? { ...table, ...change(table) } : table)),
    });

  test('into a store that is not empty needs --replace, and says what it would remove', async () => {
    await expect(restoreInto(full, file)).rejects.toThrow(
      'The store holds 1 stream, 5 posts: nothing was changed',
    );
    await unchanged();
  });

  test.each([
    ['1 alert', `insert into alerts (name, kind, condition, cooldown_ms) values ('x', 'BURST', '{}', 60000)`],
    ['1 opt-out', `insert into opt_outs (kind, login) values ('CHATTER', 'ada')`],
  ])('does not replace a store that has only %s', async (words, statement) => {
    const into = await aStore();
    await into.sql.unsafe(statement);
    await expect(restoreInto(into, file)).rejects.toThrow(`The store holds ${words}: nothing was changed`);
  });

  test('waits for no other process that uses the store: it names those, and changes nothing', async () => {
    const server = postgres(full.url, { max: 1, connection: { application_name: 'larkstat worker' } });
    afterwards(() => server.end());
    await server`select 1`;
    await expect(restoreInto(full, file, { replace: true })).rejects.toThrow(
      'Other processes use the store (larkstat worker): stop them',
    );
    await unchanged();
  });

  test('a file that was cut changes nothing, wherever it was', async () => {
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), (length) => expectRefused(whole.subarray(0, length), /./)),
      { numRuns: 25, examples: [[0], [1], [whole.length - 1]] },
    );
  });

  test('a file with another byte changes nothing, or is still the same backup', async () => {
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at] = must(bytes[at], 'within') ^ flip;
        const path = join(folder, 'flipped.zip');
        await writeFile(path, bytes);
        const into = await restoreInto(full, path, { replace: true }).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(BadInputError);
            return false;
          },
        );
        if (!into) {
          await unchanged();
          return;
        }
        // For example a date in the zip's headers.
        expect(await digestOf(full.sql)).toEqual(await digestOf(store.sql));
        before = await digestOf(full.sql);
      }),
      { numRuns: 40 },
    );
  });

  test('a file that is no backup is refused', async () => {
    await expectRefused(Buffer.from('window.YTD.tweets.part0 = []'), 'is not a complete zip');
    await expectRefused(
      altered(members, () => ({ hello: 1 })),
      'is not a backup of larkstat',
    );
    await expectRefused(
      altered(members, (manifest) => ({ ...manifest, larkstatBackup: 2 })),
      'is a backup by a newer larkstat',
    );
  });

  test('unknown names of tables and columns are refused', async () => {
    for (const name of ['pg_catalog.pg_class', 'posts; drop table posts', 'other']) {
      await expectRefused(
        altered(
          members,
          withTable('authors', () => ({ name })),
        ),
        /not a backup|not those/,
      );
    }
    await expectRefused(
      altered(
        members,
        withTable('authors', (table) => ({ columns: ['oops', ...table.columns] })),
      ),
      'its tables are not those of larkstat',
    );
    await expectRefused(
      altered(
        members,
        (manifest) => ({ ...manifest, tables: manifest.tables.slice(1) }),
        (all) => all.slice(1),
      ),
      'its tables are not those of larkstat',
    );
  });

  test('rows that differ from the manifest are refused', async () => {
    await expectRefused(
      altered(
        members,
        withTable('posts', ({ rows }) => ({ rows: rows - 1 })),
      ),
      'posts has',
    );
    await expectRefused(
      altered(
        members,
        withTable('posts', () => ({ sha256: '0'.repeat(64) })),
      ),
      'the checksum of posts differs',
    );
    // The end mark of a COPY in the middle of one: the rows after it would be lost.
    const cut = (text: Buffer) => Buffer.concat([Buffer.from('\\.\n'), text]);
    const changed = members.map((one) =>
      one.name === 'posts.copy' ? { ...one, content: cut(one.content as Buffer) } : one,
    );
    const posts = must(
      changed.find(({ name }) => name === 'posts.copy'),
      'each has one',
    ).content;
    await expectRefused(
      altered(
        changed,
        withTable('posts', () => ({ sha256: createHash('sha256').update(posts).digest('hex') })),
      ),
      /is damaged/,
    );
  });

  test('rows that Postgres does not accept are refused', async () => {
    const content = 'nonsense\n';
    await expectRefused(
      altered(
        members,
        withTable('authors', () => ({ rows: 1, sha256: createHash('sha256').update(content).digest('hex') })),
        (all) => all.map((one) => (one.name === 'authors.copy' ? { ...one, content } : one)),
      ),
      'is damaged',
    );
  });

  test('a zip bomb is refused before anything is unpacked', async () => {
    const bomb = Buffer.alloc(100 * 1024 ** 2, 'a');
    await expectRefused(
      altered(
        members,
        (manifest) => manifest,
        (all) => all.map((one) => (one.name === 'authors.copy' ? { ...one, content: bomb } : one)),
      ),
      'zip bomb',
    );
  });

  test('a backup by a newer version is refused, and names it', async () => {
    await expectRefused(
      altered(members, (manifest) => ({
        ...manifest,
        version: '9.9.9',
        migration: { at: manifest.migration.at + 1, hash: 'f'.repeat(64) },
      })),
      'is by larkstat 9.9.9, which is newer',
    );
  });

  test('a backup of an older schema is migrated', async () => {
    // From before there were keys, a registry, and later additions.
    const migrations = listMigrations();
    const first = migrations.findIndex(({ statements }) => statements.join().includes('"api_keys"'));
    const before = migrations.slice(0, first);
    const into = await aStore();
    const columns = await into.sql.begin(async (tx) => {
      await dropStore(tx);
      await applyMigrations(tx, before);
      const tables = await tx`select relname as name from pg_class where relname = any(${[...storeTables]})`;
      return columnsOf(
        tx,
        tables.map(({ name }) => name),
      );
    });
    const older = must(before.at(-1), 'there are more');
    const path = join(folder, 'older.zip');
    const folded = await aFoldedStore(join(folder, 'folded.zip'));
    await writeFile(path, ofOlderSchema(folded.members, { at: older.at, hash: older.hash }, columns));
    await into.sql.begin(async (tx) => {
      await dropStore(tx);
      await applyMigrations(tx, migrations);
    });
    expect((await restoreInto(into, path)).migrated).toBe(migrations.length - first);
    // An older version derived these.
    expect(await findRebuilding(into.sql)).toMatchObject({ streams: 3 });
    // A migration makes the background folding take up what waits for it.
    const derived = ['derivation', 'search', 'search_rules', 'unfolded'];
    const expected = await digestOf(folded.store.sql, derived);
    const found = await digestOf(into.sql, derived);
    // Nothing of later additions, except what migrations write; counts are computed again in the background.
    const written = ['registry', 'known_posts', 'trend_folding'];
    const later = storeTables.filter((name) => !columns.has(name) && !written.includes(name));
    const counted = ['activity', 'observed_activity', 'tally_months', 'tally_totals'];
    const withoutCounted = (digests: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(digests).filter(([name]) => !counted.includes(name)));
    expect(withoutCounted(found)).toEqual(
      withoutCounted({ ...expected, ...Object.fromEntries(later.map((name) => [name, '0 '])) }),
    );
    const made =
      await into.sql`select hash, created_at::float8 as at from drizzle.__drizzle_migrations order by at`;
    expect(made).toEqual(migrations.map(({ at, hash }) => ({ at, hash })));
    for (const { stream_id } of await into.sql`select stream_id from streams`) {
      await rebuildStream(into.sql, stream_id, () => null);
    }
    await expectRecounted(into);
  });

  test('raises every version above the earlier ones, and uses no number twice', async () => {
    const into = await aStore();
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const account = anAccount({ followers: number });
      await savePosts(into, account, somePosts(account, 0, 1));
    }
    await into.sql`update streams set version = 3000000000 where stream_id = 2`;
    await into.sql`update registry set version = 77`;
    const restored = await restoreInto(into, file, { replace: true });
    expect(restored.replaced).toMatchObject({ streams: 6, posts: 6, jobs: 0, keys: 0 });
    const streams = await streamsOf(into);
    expect(streams).toHaveLength(3);
    for (const { version } of streams) expect(version).toBeGreaterThan(3_000_000_000);
    const [registry] = await into.sql`select version::float8 as version from registry`;
    expect(registry?.version).toBeGreaterThan(3_000_000_000);
    const account = anAccount();
    const { streamId } = await savePosts(into, account, somePosts(account, 0, 1));
    expect(streamId).toBe(7);
  });

  test('that loses its connection changes nothing', async () => {
    const cut = restoreInto(full, file, {
      replace: true,
      onProgress: () =>
        void full.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'larkstat restore' and datname = current_database()`.catch(() => {}),
    });
    await expect(cut).rejects.toThrow();
    await unchanged();
  });
});
