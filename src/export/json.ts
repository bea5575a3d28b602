import type { ExportRow } from './columns.ts';
import type { Batches } from './columns.ts';

/** Writes one array with an object per post, each on its own line. */
export async function* toJson(batches: Batches): AsyncGenerator<string> {
  let before = '[\n';
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield before + lines(batch, ',\n');
    before = ',\n';
  }
  yield before === ',\n' ? '\n]\n' : '[]\n';
}

/** Writes one object per line. */
export async function* toNdjson(batches: Batches): AsyncGenerator<string> {
  for await (const batch of batches) if (batch.length > 0) yield `${lines(batch, '\n')}\n`;
}

/** Dates become ISO 8601 in UTC. */
const lines = (batch: readonly ExportRow[], between: string): string =>
  batch.map((row) => JSON.stringify(row)).join(between);
