import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

type Made = { readonly title: string; readonly createdAt: string; readonly fetchedAt: string | null };

/**
 * Streams with few different titles and times: most positions are ties. Titles of any script and case, times to the
 * microsecond.
 */
const titles = [
  'Lark',
  'lark 2',
  'LARK 3',
  'ängste',
  'Ångström',
  'zebra',
  '日本',
  '😀 birds',
  'a"b\\c',
  'Ab',
];
const made: (Made & { readonly id: string })[] = [];
for (let at = 0; at < 48; at++) {
  const title = `${titles[at % titles.length]}${at % 4 === 0 ? '' : ` ${at}`}${at % 3 === 0 ? ' ' : ''}${at}`;
  const streamId = await findOrCreateTopic(db.sql, title);
  const createdAt = new Date(Date.UTC(2024, 0, 1 + (at % 5))).toISOString();
  const fetchedAt = at % 6 === 0 ? null : `2025-01-0${1 + (at % 3)}T00:00:00.00${at % 2}${at % 7}00Z`;
  // The titles of some differ from another only in case.
  const shown = at % 8 === 1 ? 'Same Title' : at % 8 === 2 ? 'same title' : title;
  await db.sql`update streams set title = ${shown}, created_at = ${createdAt}, fetched_at = ${fetchedAt}
    where stream_id = ${streamId}`;
  made.push({
    id: Buffer.from(`Topic:${streamId}`).toString('base64'),
    title: shown,
    createdAt,
    fetchedAt: fetchedAt && new Date(fetchedAt).toISOString(),
  });
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** The ids in an order, sorted plainly; `made` is in the order of the ids. */
const expected = {
  ADDED: made.toSorted((a, b) => byCodePoint(a.createdAt, b.createdAt)),
  UPDATED: made.toReversed().toSorted((a, b) => byCodePoint(b.fetchedAt ?? '', a.fetchedAt ?? '')),
  TITLE: made.toSorted((a, b) => byCodePoint(a.title.toLowerCase(), b.title.toLowerCase())),
};
const orders = ['ADDED', 'UPDATED', 'TITLE'] as const;

const page = `query ($orderBy: StreamOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  streams(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;

async function walk(orderBy: string, size: number, forwards: boolean): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const part = forwards ? { first: size, after: cursor } : { last: size, before: cursor };
    const { data } = await ask(app, page, { orderBy, ...part });
    const { nodes, pageInfo } = data.streams;
    const found = nodes.map((node: { id: string }) => node.id);
    ids.splice(forwards ? ids.length : 0, 0, ...found);
    if (!(forwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return ids;
    cursor = forwards ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

describe.each(orders)('streams by %s', (orderBy) => {
  test('come once each in order, by pages of any size in both directions', async () => {
    const ids = expected[orderBy].map((stream) => stream.id);
    const run = fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.boolean(), async (size, forwards) => {
      expect(await walk(orderBy, size, forwards)).toEqual(ids);
    });
    await fc.assert(run, {
      numRuns: 12,
      examples: [
        [1, true],
        [1, false],
        [7, true],
        [23, false],
      ],
    });
  });

  test('refuse a cursor of another order', async () => {
    for (const other of orders) {
      if (other === orderBy) continue;
      const { data } = await ask(app, page, { orderBy: other, first: 1 });
      const { errors } = await ask(app, page, { orderBy, after: data.streams.pageInfo.endCursor });
      expect(errors?.map(({ message, extensions }) => [extensions.code, message])).toEqual([
        ['BAD_INPUT', `The cursor belongs to a list ordered by ${other}, not by ${orderBy}`],
      ]);
    }
  });

  test.each([[1, 2, 3], ['x'], [5, 1], ['a\0', 1], ['\ud800', 1], ['2024-01-01', 'x'], [null, 1]])(
    'refuse a cursor with %j',
    async (...values) => {
      const after = Buffer.from(JSON.stringify([orderBy, ...values])).toString('base64url');
      const { errors } = await ask(app, page, { orderBy, after });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_INPUT']);
    },
  );
});

test('streams come in the order in which they were added unless another is requested', async () => {
  const { data } = await ask(app, '{ streams(first: 3) { nodes { id } } }');
  expect(data.streams.nodes).toEqual(expected.ADDED.slice(0, 3).map(({ id }) => ({ id })));
});

test('only streams of the requested kinds are listed', async () => {
  const own = await openStore();
  await findOrCreateTopic(own.sql, 'a topic');
  await savePosts(own, anAccount({ handle: 'somebody', platformId: '1' }), []);
  await findOrCreateTopic(own.sql, 'another topic');
  const query = 'query ($kinds: [StreamKind!]) { streams(kinds: $kinds) { nodes { title } totalCount } }';
  for (const [kinds, found] of [
    [null, ['a topic', '@somebody', 'another topic']],
    [['ACCOUNT'], ['@somebody']],
    [['TOPIC'], ['a topic', 'another topic']],
    [
      ['TOPIC', 'ACCOUNT'],
      ['a topic', '@somebody', 'another topic'],
    ],
    [[], []],
  ] as const) {
    const { data, errors } = await ask(openApp(own), query, { kinds });
    expect(errors).toBeUndefined();
    expect(data.streams.nodes.map(({ title }: { title: string }) => title)).toEqual(found);
    expect(data.streams.totalCount).toBe(found.length);
  }
});
