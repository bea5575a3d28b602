import { describe, expect, test } from 'vitest';
import { type Node, nodesOf, sourceFiles } from '../../support/source.ts';

/** The text of a template, with a mark in place of each value. */
const textOf = ({ quasis }: Node) =>
  (quasis as readonly { readonly value: { readonly raw: string } }[]).map(({ value }) => value.raw).join('§');

/** All texts in a file: its SQL is among them. */
const textsOf = (file: string): readonly string[] => [
  ...nodesOf(file, 'TemplateLiteral').map(textOf),
  ...nodesOf(file, 'StringLiteral').map(({ value }) => String(value)),
];

/** Statements that write to a table, followed by its name. */
const writing =
  /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?|merge\s+into|copy)\s+(?:only\s+)?/;
const writesTo = (table: string) => new RegExp(`${writing.source}"?(?:${table})"?(?![\\w"])`, 'i');

const filesThat = (pattern: RegExp) =>
  sourceFiles.filter((file) => textsOf(file).some((text) => pattern.test(text)));

/** Files that write to one of these tables with Drizzle's methods. */
function filesThatCall(tables: readonly string[]): readonly string[] {
  const isWrite = ({ callee, arguments: [table] }: Node & { arguments: readonly Node[] }) => {
    const { property } = callee as { readonly property?: { readonly name?: string } };
    return (
      ['insert', 'update', 'delete'].includes(property?.name ?? '') && tables.includes(String(table?.name))
    );
  };
  return sourceFiles.filter((file) => nodesOf(file, 'CallExpression').some((node) => isWrite(node as never))); // safe: calls have arguments
}

const elsewhere = (files: readonly string[]) => files.filter((file) => !file.startsWith('src/streams/'));

describe('a stream has one owner', () => {
  test('no statement outside of src/streams/ writes to streams or registry', () => {
    const found = filesThat(writesTo('streams|registry'));
    expect(found).toEqual(expect.arrayContaining(['src/streams/create.ts', 'src/streams/delete.ts']));
    // These write measured values, a rollup of a single row in the stream's own row, what waits to be folded, and what
    // was folded.
    expect(elsewhere(found)).toEqual([
      'src/ingest/folding/chatters.ts',
      'src/ingest/folding/tallies.ts',
      'src/ingest/write/recount.ts',
      'src/ingest/write/rollups.ts',
    ]);
    expect(filesThatCall(['streams', 'registry'])).toEqual([]);
  });

  test('nor to accounts and follower_snapshots', () => {
    const found = filesThat(writesTo('accounts|follower_snapshots'));
    expect(found).toEqual(expect.arrayContaining(['src/streams/followers.ts', 'src/streams/profile.ts']));
    expect(elsewhere(found)).toEqual([]);
    expect(filesThatCall(['accounts', 'followerSnapshots'])).toEqual([]);
  });

  test('touch and the registry alone raise versions', () => {
    expect(filesThat(/\bset\s[^§]*\bversion\s*=/i)).toEqual([
      'src/streams/registry.ts',
      'src/streams/touch.ts',
    ]);
  });

  test('only known statements have a variable as their table', () => {
    expect(filesThat(new RegExp(`${writing.source}"?§`, 'i'))).toEqual([
      'src/alerts/delete.ts',
      'src/backup/restore.ts',
      'src/backup/save.ts',
      'src/db/two-phases.ts',
      'src/ingest/write/copy.ts',
      'src/ingest/write/recount-unclear.ts',
      'src/ingest/write/recount.ts',
      'src/ingest/write/upsert.ts',
      'src/streams/delete.ts',
    ]);
  });
});

test.each([
  'update streams set title = 1',
  'UPDATE "streams" s set title = 1',
  'insert into streams (kind) values (1)',
  'with gone as (delete from only streams returning 1) select 1',
  'truncate streams, accounts',
])('%s is found', (statement) => expect(statement).toMatch(writesTo('streams')));

test.each([
  'update stream_providers set x = 1',
  'select 1 from streams for update',
  'insert into streams_old',
])('%s is no write', (statement) => expect(statement).not.toMatch(writesTo('streams')));
