/** A cell of a table behind a card. Null is what is not known. */
export type Cell = string | number | null;
/** The table behind a card: the same numbers as the picture, in full. */
export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

/** A table, or what makes it once it is wanted. */
export type TableSource = Table | (() => Table);

/** The table itself. */
export const tableFrom = (source: TableSource): Table => (typeof source === 'function' ? source() : source);

/** Writes a table as CSV by RFC 4180. Texts that a spreadsheet would take for formulas begin with an apostrophe. */
export function toCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => row.map(field).join(',')).join('\r\n');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves what a card shows under a name. */
export function download(name: string, content: Blob | string): void {
  const url = typeof content === 'string' ? content : URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  if (typeof content !== 'string') setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `Hour of the week` as a file's name: `hour-of-the-week`. */
export function fileName(title: string): string {
  return (
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '') || 'larkstat'
  );
}
