import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyMigrations, dropStore } from '../../../src/backup/recreate.ts';
import { listMigrations } from '../../../src/db/migrate.ts';
import { xKey } from '../../../src/shared/post-key.ts';
import { openStore } from '../../support/store.ts';
import { plainPlaces } from '../../support/threads.ts';

const migrations = listMigrations();
const at = migrations.findIndex(({ statements }) => statements.join().includes('CREATE TABLE "known_posts"'));
const [before, after] = [migrations.slice(0, at), migrations.slice(at)];

type Row = {
  readonly stream: number;
  readonly id: number;
  readonly parent: number | null;
  readonly own: boolean;
  readonly kind: string;
  readonly author: string;
  readonly tags: readonly string[];
  readonly collected: number;
};

/** A store as release 0.1.0 left it, with three streams and these posts, migrated to today's schema. */
async function broughtOver(rows: readonly Row[]) {
  const { sql } = await openStore({ isDamaged: true });
  await sql.begin(async (tx) => {
    await dropStore(tx);
    await applyMigrations(tx, before);
    await tx`insert into streams (kind, platform, identity, title)
      select 'TOPIC', 'X', 'topic ' || n, 'topic' from generate_series(1, 3) n`;
    const column = <Value>(of: (row: Row) => Value) => rows.map(of) as Value[];
    await tx.unsafe(
      `insert into posts (stream_id, post_id, created_at, collected_at, observed_at, own, kind, provider, author_id,
         text, parent_id, hashtags, mentions, cashtags, urls, domains, emoji, words, search)
       select stream, id, '2026-01-01', timestamptz '2026-01-01' + collected * interval '1 s', '2026-01-01', own,
         kind::post_kind, 'X_API', author, '', parent, tags::text[], '{}', '{}', '{}', '{}', '{}', '{}', ''
       from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[]::boolean[], $5::text[], $6::text[], $7::text[], $8::int[])
         as t (stream, id, parent, own, kind, author, tags, collected)`,
      [
        column(({ stream }) => stream),
        column(({ id }) => key(id)),
        column(({ parent }) => (parent === null ? null : key(parent))),
        column(({ own }) => String(own)),
        column(({ kind }) => kind),
        column(({ author }) => author),
        column(({ tags }) => `{${tags.join(',')}}`),
        column(({ collected }) => collected),
      ],
    );
    await tx`insert into post_terms select stream_id, tag, created_at, post_id from posts, unnest(hashtags) as tag`;
    await applyMigrations(tx, after);
  });
  return sql;
}

const key = (id: number) => xKey(String(id));

const someRow: fc.Arbitrary<Row> = fc.record({
  stream: fc.integer({ min: 1, max: 3 }),
  id: fc.integer({ min: 1, max: 12 }),
  parent: fc.option(fc.integer({ min: 1, max: 14 })),
  own: fc.boolean(),
  kind: fc.constantFrom('ORIGINAL', 'REPLY', 'REPOST'),
  author: fc.constantFrom('7', '8', '@who'),
  tags: fc.uniqueArray(fc.constantFrom('one', 'two'), { maxLength: 2 }),
  collected: fc.integer({ min: 0, max: 3 }),
});

const byArrival = (a: Row, b: Row) => a.collected - b.collected || a.stream - b.stream;

/** The registry's row of each post, looked up plainly. */
function known(rows: readonly Row[]) {
  const ids = [...new Set(rows.map(({ id }) => id))].sort((a, b) => a - b);
  const posts = new Map(
    ids.map((id) => {
      const mine = rows.filter((row) => row.id === id).sort(byArrival);
      const first = mine.find(({ own }) => own) ?? (mine[0] as Row);
      const parent = first.parent ?? mine.find((row) => row.parent !== null)?.parent ?? null;
      return [id, { stream: first.stream, own: first.own, parent }] as const;
    }),
  );
  const keyOf = (id: number | null) => (id === null ? null : key(id));
  const places = plainPlaces(new Map([...posts].map(([id, { parent }]) => [key(id), keyOf(parent)])));
  return [...posts].map(([id, post]) => ({
    post: key(id),
    ...post,
    parent: keyOf(post.parent),
    ...places.get(key(id)),
  }));
}

test('each post of an older store is in the registry once, by the row that counts, with its place in the tree', async () => {
  const rows = fc.uniqueArray(someRow, {
    minLength: 1,
    maxLength: 30,
    selector: ({ stream, id }) => `${stream} ${id}`,
  });
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const sql = await broughtOver(given);
      const expected = known(given);
      expect([
        ...(await sql`
          select post_id as post, stream_id as stream, own, parent_id as parent, root_id as root, depth
          from known_posts order by post_id`),
      ]).toEqual(expected);
      const holders = new Map(expected.map(({ post, stream }) => [post, stream]));
      const isDouble = ({ own, id, stream }: Row) => own && holders.get(key(id)) !== stream;
      const sorted = [...given].sort((a, b) => a.stream - b.stream || a.id - b.id);
      expect([
        ...(await sql`select stream_id as stream, post_id as id, stands from posts order by 1, 2`),
      ]).toEqual(sorted.map((row) => ({ stream: row.stream, id: key(row.id), stands: !isDouble(row) })));
      expect([
        ...(await sql`
          select stream_id as stream, post_id as id, term, author_id as author, stands
          from post_terms order by 1, 2, term`),
      ]).toEqual(
        sorted.flatMap((row) =>
          [...row.tags].sort().map((term) => ({
            stream: row.stream,
            id: key(row.id),
            term,
            author: row.author,
            stands: row.own && row.kind !== 'REPOST' && !isDouble(row),
          })),
        ),
      );
    }),
    { numRuns: 25 },
  );
});

test('a thread of 10,000 levels is migrated, also with posts that are their own ancestors', async () => {
  const row = { stream: 1, own: true, kind: 'REPLY', author: '7', tags: [], collected: 0 };
  const thread = Array.from({ length: 10_001 }, (_, n) => ({ ...row, id: n + 10, parent: n + 9 }));
  const cycle = [
    { ...row, id: 1, parent: 3 },
    { ...row, id: 2, parent: 1 },
    { ...row, id: 3, parent: 2 },
    { ...row, id: 4, parent: 4 },
  ];
  const sql = await broughtOver([...thread, ...cycle]);
  const shown = (ids: readonly number[]) => sql`
    select root_id as root, depth from known_posts where post_id = any(${ids.map(key)}::uuid[]) order by post_id`;
  expect(await shown([10, 11, 10_010])).toEqual([
    { root: key(10), depth: 0 },
    { root: key(10), depth: 1 },
    { root: key(10), depth: 10_000 },
  ]);
  expect(await shown([1, 2, 3, 4])).toEqual([
    { root: key(1), depth: 0 },
    { root: key(1), depth: 1 },
    { root: key(1), depth: 2 },
    { root: key(4), depth: 0 },
  ]);
});
