import type { ExportFormat } from '../shared/export-format.ts';
import type { Batches } from './columns.ts';
import { toCsv } from './csv.ts';
import { toJson, toNdjson } from './json.ts';
import { toParquet } from './parquet.ts';

/** The writers of each format. */
export const formats: Readonly<
  Record<ExportFormat, (batches: Batches) => AsyncGenerator<string | Uint8Array>>
> = { JSON: toJson, NDJSON: toNdjson, CSV: toCsv, PARQUET: toParquet };
