import { stringify } from 'csv-stringify/sync';
import { columnNames } from './columns.ts';
import type { Batches } from './columns.ts';

/**
 * Writes CSV by RFC 4180: a header and one record per post. Null is an empty field, an empty text is `""`; lists and
 * JSON are JSON texts. A text that a spreadsheet would read as a formula gets an apostrophe in front; numbers stay
 * numbers.
 */
export async function* toCsv(batches: Batches): AsyncGenerator<string> {
  yield stringify([[...columnNames]], { record_delimiter: 'windows' });
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield stringify([...batch], {
      columns: [...columnNames],
      record_delimiter: 'windows',
      quoted_match: /^$/,
      escape_formulas: true,
      cast: {
        boolean: String,
        date: (date) => date.toISOString(),
        object: (value) => JSON.stringify(value),
      },
    });
  }
}
