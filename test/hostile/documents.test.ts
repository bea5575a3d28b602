import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask } from '../integration/http/support.ts';
import { openStore } from '../support/store.ts';
import { expectTyped, expectWell, liveBytes, serveHostile } from './support.ts';

const server = await serveHostile(await openStore());
const dashboard = readFileSync('schema/operations/dashboard.graphql', 'utf8');

const fieldNames = [
  'account(handle: "a")',
  'accounts(handles: ["a", "b"])',
  'node(id: "QWNjb3VudDox")',
  'streams',
  'jobs(first: 200)',
  'posts(first: 200)',
  'nodes',
  'edges',
  'stats',
  'stats(timeZone: $zone)',
  'totals',
  'previous',
  'id',
  'handle',
  'title',
  '__typename',
  '__schema',
  'types',
  'fields',
  'type',
  'ofType',
  'nothing',
  'accuont(handel: 1)',
];
const typeNames = ['Query', 'Account', 'Post', 'Stats', 'Stream', 'Node', 'Job', 'Nothing'];
const fragmentNames = ['A', 'B', 'C', 'D'];

/** A value as a document writes it, of any type. */
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom('1', '-1e999', 'null', 'true', 'DAY', '$zone', '$missing', '""', '"""\n"""', '"\\u0000"'),
    fc.string({ maxLength: 30 }).map((text) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(', ')}]`),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((values) => `{${values.map((one, i) => `f${i}: ${one}`).join(', ')}}`),
  ),
}));

/** A selection set of any form: right or wrong fields, aliases, arguments, directives, fragments. */
const { selections } = fc.letrec<{ selections: string; selection: string }>((tie) => ({
  selections: fc.array(tie('selection'), { minLength: 1, maxLength: 6 }).map((all) => `{ ${all.join(' ')} }`),
  selection: fc.oneof(
    { maxDepth: 12, withCrossShrink: true },
    fc.constantFrom(...fieldNames),
    fc.tuple(fc.constantFrom(...fieldNames), tie('selections')).map((parts) => parts.join(' ')),
    fc.tuple(fc.constantFrom('a', 'b', 'id'), tie('selection')).map(([alias, one]) => `${alias}: ${one}`),
    fc
      .tuple(fc.constantFrom('streams', 'node', 'stats'), value)
      .map(([name, one]) => `${name}(id: ${one}, first: ${one})`),
    fc
      .tuple(fc.constantFrom(...typeNames), tie('selections'))
      .map(([type, inner]) => `... on ${type} ${inner}`),
    fc.constantFrom(...fragmentNames).map((name) => `...${name}`),
    fc.tuple(tie('selection'), value).map(([one, condition]) => `${one} @include(if: ${condition})`),
  ),
}));

const document = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom('query', 'subscription', 'fragment X on Query'), selections), {
      maxLength: 2,
    }),
    fc.array(fc.tuple(fc.constantFrom(...fragmentNames), fc.constantFrom(...typeNames), selections), {
      maxLength: 4,
    }),
    selections,
  )
  .map(([more, fragments, main]) =>
    [
      `query Main($zone: TimeZone!) ${main}`,
      ...more.map(([kind, set]) => `${kind} ${set}`),
      ...fragments.map(([name, type, set]) => `fragment ${name} on ${type} ${set}`),
    ].join('\n'),
  );

test('any document is answered with data, or with errors of the usual shape', async () => {
  await fc.assert(
    fc.asyncProperty(document, async (query) => {
      const answer = await ask(server, { query, operationName: 'Main', variables: { zone: 'UTC' } });
      expectTyped(answer.body);
    }),
    { numRuns: 150 },
  );
  await expectWell(server);
});

test('a document with parts cut out is answered, too', async () => {
  const tear = fc.tuple(fc.nat(dashboard.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }));
  await fc.assert(
    fc.asyncProperty(fc.array(tear, { minLength: 1, maxLength: 4 }), async (tears) => {
      let query = dashboard;
      for (const [at, removed, added] of tears)
        query = query.slice(0, at) + added + query.slice(at + removed);
      const answer = await ask(server, { query, variables: { handle: 'a' } });
      expectTyped(answer.body);
    }),
    { numRuns: 60 },
  );
  await expectWell(server);
});

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Documents whose validation or execution grows faster than their length, by a size. */
const growing: Readonly<Record<string, (size: number) => string>> = {
  'equal fields': (size) => `{ ${many(size, () => 'node(id: "a") { id }')} }`,
  'unknown fields that resemble known ones': (size) => `{ ${many(size, (i) => `acount${i}`)} }`,
  'unknown types': (size) => `{ ${many(size, (i) => `... on Acount${i} { id }`)} }`,
  'aliases of a list': (size) => `{ ${many(size, (i) => `a${i}: streams(first: 200) { nodes { id } }`)} }`,
  'fragments beside one another': (size) =>
    `{ ${many(size, (i) => `...F${i}`)} } ${many(size, (i) => `fragment F${i} on Query { __typename }`)}`,
  'fragments in one another': (size) =>
    `{ ...F0 } ${many(size, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F${size} on Query { __typename }`,
  'fragments in a circle': (size) =>
    `{ ...F0 } ${many(size, (i) => `fragment F${i} on Query { ...F${(i + 1) % size} }`)}`,
  'fragments in all others': (size) =>
    `{ ...F0 } ${many(Math.min(size, 150), (i) => `fragment F${i} on Query { ${many(Math.min(size, 150), (j) => `...F${j}`)} }`)}`,
  operations: (size) =>
    `${many(size, (i) => `query Q${i}($a: ID!) { ...F }`)} fragment F on Query { node(id: $a) { id } }`,
  variables: (size) => `query (${many(size, (i) => `$v${i}: ID!`)}) { __typename }`,
  directives: (size) => `{ __typename ${'@include(if: true) '.repeat(size)} }`,
  levels: (size) => `{ ${'a { '.repeat(size)} b ${'} '.repeat(size)} }`,
  'inline fragments': (size) => `{ ${'... { '.repeat(size)} __typename ${'} '.repeat(size)} }`,
  'lists in lists': (size) => `{ node(id: ${'['.repeat(size)}${']'.repeat(size)}) { id } }`,
  'types in types': (size) => `query ($a: ${'['.repeat(size)}ID${']'.repeat(size)}) { __typename }`,
  'introspection within itself': (size) =>
    `{ __schema { types { ${'fields { type { '.repeat(size)} name ${'} } '.repeat(size)} } } }`,
  'a long name': (size) => `{ ${'a'.repeat(size)} }`,
  'a long text': (size) => `{ node(id: "${'a'.repeat(size)}") { id } }`,
  'blank lines': (size) => `{ __typename ${'\n'.repeat(size)} }`,
};

test.each(Object.entries(growing))('any number of %s is answered quickly', async (_name, build) => {
  for (const size of [1, 30, 90, 400, 1_600, 20_000]) {
    const single = await ask(server, { query: build(size) });
    expectTyped(single.body);
    expect(single.body.length).toBeLessThan(100_000);
    const batch = await ask(
      server,
      Array.from({ length: 10 }, () => ({ query: build(Math.min(size, 400)) })),
    );
    expectTyped(batch.body);
  }
  await expectWell(server);
});

test('the memory of documents is released', async () => {
  const distinct = (index: number) => ({ query: `{ __typename } # ${index} ${'x'.repeat(90_000)}` });
  for (let index = 0; index < 100; index++) await ask(server, distinct(index));
  const before = liveBytes();
  for (let index = 100; index < 1_500; index++) await ask(server, distinct(index));
  // 1,400 documents of 90 kB: 126 MB if they were kept. The cache holds up to 32 MB.
  expect(liveBytes() - before).toBeLessThan(60_000_000);
});
