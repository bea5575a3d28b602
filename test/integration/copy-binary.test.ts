import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyPieces } from '../../src/ingest/write/copy.ts';
import { binaryPieces, int4, text, timestamptz, uuidArray } from '../../src/ingest/write/copy-binary.ts';
import { openStore } from '../support/store.ts';

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

test('rows that were sent in the binary format stand as they were', async () => {
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
