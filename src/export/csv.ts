import { stringify } from 'csv-stringify/sync';
import { columnNames } from './columns.ts';
import type { Batches } from './columns.ts';

/**
 * A header and a record a post, by RFC 4180. Null is an empty field, an empty text is `""`; lists and JSON are JSON
 * texts. A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
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
