import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binaryRowPieces, BinaryRows } from '../../../src/ingest/write/binary-rows.ts';
import { copyPieces, piecesOf } from '../../../src/ingest/write/copy.ts';
import { binaryPieces, int4, text, timestamptz, uuidArray } from '../../../src/ingest/write/copy-binary.ts';
import { searchVector } from '../../../src/shared/search-words.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

const aRow = fc.record({
  number: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  provider: fc.constantFrom('X_API', 'X_ARCHIVE', 'SYNTHETIC'),
  instant: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) }),
  profile: fc.option(
    fc.record({ name: fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('\0')) }),
  ),
  ids: fc.array(fc.uuid(), { minLength: 1, maxLength: 5 }),
  bytes: fc.uint8Array({ maxLength: 50_000 }),
});

test('rows that were sent in the binary format are stored unchanged', async () => {
  await db.sql.unsafe(
    `create table sent (number int, provider provider, instant timestamptz, profile json, ids uuid[], bytes bytea)`,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(aRow, { maxLength: 8 }), async (rows) => {
      const pieces = binaryPieces(
        rows.map((row) => [
          int4(row.number),
          text(row.provider),
          timestamptz(row.instant),
          row.profile && text(JSON.stringify(row.profile)),
          uuidArray(row.ids),
          Buffer.from(row.bytes),
        ]),
      );
      const columns = ['number', 'provider', 'instant', 'profile', 'ids', 'bytes'];
      const found = await db.sql.begin(async (tx) => {
        await tx`truncate sent`;
        await copyPieces(tx, 'sent', columns, pieces, 'binary');
        return tx`select * from sent order by ctid`;
      });
      expect(found).toEqual(
        rows.map(({ instant, bytes, ...row }) =>
          expect.objectContaining({ ...row, instant: new Date(instant), bytes: Buffer.from(bytes) }),
        ),
      );
      expect(found).toHaveLength(rows.length);
    }),
    { numRuns: 40 },
  );
});

const words = fc.string({
  unit: fc.constantFrom(...'abcDE12 .:/_-’é語한я', '🎉', ' the ', '\\', "'", '"', '{', ',', '\t', '\n'),
  maxLength: 120,
});
const postRow = fc.record({
  flag: fc.boolean(),
  small: fc.option(fc.integer({ min: -10_000, max: 10_000 })),
  number: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  large: fc.option(fc.integer({ min: -(10 ** 13), max: 10 ** 13 })),
  instant: fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2100, 0, 1) }),
  id: fc.option(fc.uuid()),
  text: fc.option(words),
  texts: fc.array(words, { maxLength: 6 }),
  numbers: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 6 }),
  // Some with more words than are stored of one post, and places beyond the highest.
  vector: fc.oneof(
    { weight: 9, arbitrary: words },
    { weight: 1, arbitrary: words.map((some) => `${some} `.repeat(400)) },
    { weight: 1, arbitrary: words.map((some) => `${'x '.repeat(17_000)} ${some} ${some}`) },
  ),
});

test('rows of posts are the same in the binary format and as text', async () => {
  const columns = ['flag', 'small', 'number', 'large', 'instant', 'id', 'text', 'texts', 'numbers', 'vector'];
  for (const table of ['binary_rows', 'text_rows']) {
    await db.sql.unsafe(
      `create table ${table} (flag boolean, small smallint, number int, large bigint, instant timestamptz, id uuid,
         text text, texts text[], numbers int[], vector tsvector)`,
    );
  }
  await fc.assert(
    fc.asyncProperty(fc.array(postRow, { maxLength: 12 }), async (rows) => {
      const pieces = binaryRowPieces(rows, columns.length, (into, row) => {
        into.boolean(row.flag);
        into.smallint(row.small);
        into.integer(row.number);
        into.bigint(row.large);
        into.timestamptz(row.instant);
        into.uuid(row.id);
        into.text(row.text);
        into.texts(row.texts);
        into.integers(row.numbers);
        into.tsvector(searchVector(row.vector, null));
      });
      await db.sql.begin(async (tx) => {
        await tx`truncate binary_rows, text_rows`;
        await copyPieces(tx, 'binary_rows', columns, pieces, 'binary');
        const written = piecesOf(
          rows.map((row) => [
            row.flag,
            row.small,
            row.number,
            row.large,
            new Date(row.instant).toISOString(),
            row.id,
            row.text,
            row.texts,
            `{${row.numbers.join()}}`,
            searchVector(row.vector, null),
          ]),
        );
        await copyPieces(tx, 'text_rows', columns, written);
      });
      const select = (table: string) => db.sql.unsafe(`select r::text as row from ${table} r order by ctid`);
      expect([...(await select('binary_rows'))]).toEqual([...(await select('text_rows'))]);
      expect(await db.sql`select 1 from binary_rows`).toHaveLength(rows.length);
    }),
    { numRuns: 60 },
  );
});

test('a number that its column cannot hold is refused, and not stored as another', () => {
  const row = new BinaryRows();
  for (const value of [32_768, -32_769, 0.5, Number.NaN])
    expect(() => row.smallint(value)).toThrow('out of range');
  for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN])
    expect(() => row.integer(value)).toThrow('out of range');
  for (const value of [2 ** 53, 0.5, Number.NaN]) expect(() => row.bigint(value)).toThrow('out of range');
  expect(() => row.timestamptz(Number.NaN)).toThrow('out of range');
});
