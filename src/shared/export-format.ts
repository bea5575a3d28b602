/** What posts can be exported as, with the sentence that the API says of each. */
export const exportFormats = {
  JSON: { description: 'One JSON array with an object a post.' },
  NDJSON: { description: 'A JSON object a line, one a post.' },
  CSV: {
    description: 'Comma-separated values by RFC 4180 with a header; formulas of spreadsheets are defused.',
  },
  PARQUET: { description: 'Apache Parquet with typed columns, compressed by Snappy.' },
} as const;
export type ExportFormat = keyof typeof exportFormats;

/** How the name of a file in the format ends, and its media type. */
export const exportFiles: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> =
  {
    JSON: { ending: 'json', type: 'application/json; charset=utf-8' },
    NDJSON: { ending: 'ndjson', type: 'application/x-ndjson; charset=utf-8' },
    CSV: { ending: 'csv', type: 'text/csv; charset=utf-8; header=present' },
    PARQUET: { ending: 'parquet', type: 'application/vnd.apache.parquet' },
  };
