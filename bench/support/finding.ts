/** One line of the result: what was measured, against which floor of the same run, and what was hoped for. */
export type Finding = {
  readonly part: string;
  readonly what: string;
  readonly size: string;
  readonly figure: string;
  /** The cheapest that any program on this machine could do, or what it is compared with. */
  readonly floor?: string;
  readonly ratio?: string;
  readonly target?: string;
  /** Left out where the line has no target. */
  readonly met?: boolean;
};

/** What a part found: all at its end, or each as it comes. */
export type Findings = readonly Finding[] | AsyncIterable<Finding>;

/** What a part is run with. */
export type Run = {
  /** A tenth of the sizes, for trying out: its figures say nothing. */
  readonly quick: boolean;
  /** Whether plans of the statements are printed. */
  readonly explain: boolean;
  /** Where real data lies; null where there is none. */
  readonly realData: string | null;
  /** The folder in which filled stores stay for the next run; null: none stays. */
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

/** Rows as a Markdown table, its columns aligned. */
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

/** Says what is being done: on stderr, since stdout belongs to the tables. */
export const tell = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** 1234567 as 1,234,567. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Milliseconds with as many places as mean something. */
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;

/** Bytes as MB of 1024 * 1024. */
export const mb = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** A ratio, as in 3.4×. */
export const times = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}×`;
