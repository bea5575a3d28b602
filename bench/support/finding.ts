/** One line of the result: a measurement, its floor in the same run, and its target. */
export type Finding = {
  readonly part: string;
  readonly what: string;
  readonly size: string;
  readonly figure: string;
  /** The cheapest possible on this machine, or another comparison. */
  readonly floor?: string;
  readonly ratio?: string;
  readonly target?: string;
  /** Missing when the line has no target. */
  readonly met?: boolean;
};

/** The findings of a part: all at its end, or one by one. */
export type Findings = readonly Finding[] | AsyncIterable<Finding>;

/** The options of a run. */
export type Run = {
  /** A tenth of the sizes, for trying out: its figures mean nothing. */
  readonly quick: boolean;
  /** Whether to print the statements' plans. */
  readonly explain: boolean;
  /** The folder of real data; null when there is none. */
  readonly realData: string | null;
  /** The folder that keeps filled stores for the next run; null: none are kept. */
  readonly keepStores: string | null;
};

const heads = ['part', 'what', 'size', 'figure', 'floor', 'ratio', 'target', 'met'] as const;

/** The findings as a Markdown table. */
export function table(findings: readonly Finding[]): string {
  const rows = findings.map((finding) =>
    heads.map((head) => (head === 'met' ? verdict(finding.met) : (finding[head] ?? ''))),
  );
  return markdown(heads, rows);
}

/** Rows as a Markdown table with aligned columns. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const verdict = (met: boolean | undefined) => (met === undefined ? '' : met ? 'yes' : 'NO');

/** A finding on one line. */
export const lineOf = ({ what, size, figure, floor, ratio, target, met }: Finding): string =>
  [`${what} (${size}): ${figure}`, floor, ratio, target && `target ${target}: ${met ? 'met' : 'NOT MET'}`]
    .filter((part) => part !== undefined)
    .join('; ');

/** Prints progress on stderr, since stdout has the tables. */
export const report = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** 1234567 as 1,234,567. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Milliseconds with meaningful digits only. */
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;

/** Bytes as MB of 1024 * 1024. */
export const mb = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** A ratio, as in 3.4×. */
export const times = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}×`;
