/** The export formats, with the API's descriptions. */
export const exportFormats = {
  JSON: { description: 'One JSON array with an object a post.' },
  NDJSON: { description: 'A JSON object a line, one a post.' },
  CSV: {
    description: 'Comma-separated values by RFC 4180 with a header; formulas of spreadsheets are defused.',
  },
  PARQUET: { description: 'Apache Parquet with typed columns, compressed by Snappy.' },
} as const;
export type ExportFormat = keyof typeof exportFormats;

/** The file extension and media type of each format. */
export const exportFiles: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> =
  {
    JSON: { ending: 'json', type: 'application/json; charset=utf-8' },
    NDJSON: { ending: 'ndjson', type: 'application/x-ndjson; charset=utf-8' },
    CSV: { ending: 'csv', type: 'text/csv; charset=utf-8; header=present' },
    PARQUET: { ending: 'parquet', type: 'application/vnd.apache.parquet' },
  };
