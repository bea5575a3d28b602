import { beforeAll, expect, test } from 'vitest';
import type { PostOrder } from '../../../src/entities/post/order.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { openStore } from '../../support/store.ts';

const statements: string[] = [];
const db = await openStore({ onStatement: (text) => statements.push(text), isDamaged: true });
const app = openApp(db);
const account = anAccount();
const start = Date.UTC(2026, 0, 1);
const figures = { reposts: 1, replies: 1, quotes: 1, bookmarks: 1 };

beforeAll(async () => {
  const { streamId } = await savePosts(
    db,
    account,
    Array.from({ length: 500 }, (_, at) =>
      aPost(account, {
        createdAt: start + at * 60_000,
        metrics: { ...figures, likes: at % 7, impressions: at },
      }),
    ),
  );
  // So many small streams that a plan for a stream of average size expects fewer posts than a page has.
  await db.sql`
    insert into streams (kind, platform, identity, title) select 'TOPIC', 'X', 'small ' || n, n from generate_series(1, 2000) n`;
  const [row] = await db.sql<{ columns: string; values: string }[]>`
    select string_agg(quote_ident(attname), ', ') as columns, string_agg('p.' || quote_ident(attname), ', ') as values from pg_attribute
    where attrelid = 'posts'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname not in ('stream_id', 'post_id')`;
  await db.sql.unsafe(`
    insert into posts (stream_id, post_id, ${row?.columns}) select s.stream_id, gen_random_uuid(), ${row?.values}
    from streams s, lateral (select * from posts where stream_id = ${streamId} order by created_at limit 3) p
    where s.stream_id <> ${streamId}`);
  await db.sql`analyze posts, streams, authors`;
});

onOneNode.each<PostOrder>(['NEWEST', 'OLDEST', 'LIKES', 'IMPRESSIONS', 'ENGAGEMENT'])(
  'the plan that a page by %s shares with all streams reads an index in its order',
  async (orderBy) => {
    statements.length = 0;
    const { errors, data } = await ask(
      app,
      `{ account(handle: "${account.handle}") { posts(first: 20, orderBy: ${orderBy}) { nodes { id author { handle } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.account.posts.nodes).toHaveLength(20);
    const [page = '', ...others] = statements.filter((text) => / from posts p /.test(text));
    expect(others).toEqual([]);
    expect(page).toContain('/* one plan */');
    const plan = await db.sql.unsafe(`explain (generic_plan, costs off) ${page}`);
    const lines = plan.map((line) => String(line['QUERY PLAN']));
    expect(lines.filter((line) => /Seq Scan on posts|Bitmap Heap Scan on posts/.test(line))).toEqual([]);
    // The index gives the order, but for posts of the same instant.
    expect(
      lines.filter((line) => /Index Scan (Backward )?using posts_\w+ on posts p/.test(line)),
    ).not.toEqual([]);
  },
);

onOneNode.each([
  ['relevance', 'orderBy: RELEVANCE, filter: { search: "post" }', 2],
  ['several words, newest first,', 'orderBy: NEWEST, filter: { search: "post OR fish" }', 1],
] as const)(
  'the plans that a search by %s shares with all streams read the newest posts in the order of their index',
  async (_kind, args, count) => {
    statements.length = 0;
    const { errors, data } = await ask(
      app,
      `{ account(handle: "${account.handle}") { posts(first: 20, ${args}) { nodes { id author { handle } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.account.posts.nodes).toHaveLength(20);
    const reads = statements.filter((text) => /\bfrom posts p\b/.test(text));
    expect(reads).toHaveLength(count);
    for (const read of reads) {
      expect(read).toContain('/* one plan */');
      // Another number of posts would be a parameter, and then the plan for it would expect a tenth of the stream.
      expect(read).toMatch(/fetch first \((500|1000|5000)\) rows with ties/);
      const plan = await db.sql.unsafe(`explain (generic_plan, costs off) ${read}`);
      const lines = plan.map((line) => String(line['QUERY PLAN']));
      expect(lines.filter((line) => /(Seq|Bitmap Heap) Scan on posts/.test(line))).toEqual([]);
      expect(
        lines.filter((line) => /Index Scan Backward using posts_created on posts p/.test(line)),
      ).not.toEqual([]);
    }
  },
);

test('a page with a filter, or of an odd size, is planned for itself', async () => {
  statements.length = 0;
  for (const args of [
    'first: 20, filter: { kinds: [ORIGINAL] }',
    'first: 19',
    'first: 20, filter: { search: "a" }',
  ])
    await ask(app, `{ account(handle: "${account.handle}") { posts(${args}) { nodes { id } } } }`);
  const pages = statements.filter((text) => / from posts p /.test(text));
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.filter((text) => text.includes('/* one plan */'))).toEqual([]);
});
