/** A cell of a table behind a card. Null: not known. */
export type Cell = string | number | null;
/** The table behind a card: all numbers of the picture. */
export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

/** A table, or a function that makes it when needed. */
export type TableSource = Table | (() => Table);

/** The table itself. */
export const tableFrom = (source: TableSource): Table => (typeof source === 'function' ? source() : source);

/** Writes a table as CSV by RFC 4180. Texts that a spreadsheet could read as formulas get an apostrophe in front. */
export function toCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => row.map(field).join(',')).join('\r\n');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves a card's content under a file name. */
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
