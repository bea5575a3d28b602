import { decodeGlobalId, encodeGlobalId } from '../shared/global-id.ts';
import { storeUnavailable } from '../db/away.ts';
import type { JobRow } from '../entities/job/query.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import { redact } from '../shared/secrets.ts';
import { isUuid } from '../shared/uuid.ts';

export type Output = { readonly json?: boolean };

export type Environment = Readonly<Record<string, string | undefined>>;

/** A command's result: JSON for programs, lines for people. */
export function print(output: Output, value: object, lines: readonly string[]): void {
  process.stdout.write(redact(`${output.json ? JSON.stringify(value) : lines.join('\n')}\n`));
}

/** Keeps the process from failing when a reader such as `head` closes the pipe: later output is dropped. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Ends the command with code 1 and one line that says why. */
export function fail(thrown: unknown, json: boolean): void {
  const error = storeUnavailable(thrown) ?? databaseFull(thrown) ?? thrown;
  const message = redact(error instanceof Error ? error.message : String(error));
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(`larkstat: ${message}\n`);
  process.exitCode = 1;
}

/** A job's id as the API takes it: job(id:), retryJob, cancelJob. */
export const jobGlobalId = (jobId: string): string => encodeGlobalId('Job', jobId);

/** The first characters of a job's id, which fit a line and which every command takes. */
export const shortJobId = (jobId: string): string => jobId.slice(0, 8);

/** What happened to a job, a line each, the newest ten; none when nothing did. */
export function eventLines({ events }: Pick<JobRow, 'events'>): readonly string[] {
  const lines = events.slice(-10).map(({ at, message }) => {
    const when = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    return `  ${when}  ${clip(message, 160)}`;
  });
  const older = events.length - lines.length;
  return lines.length === 0
    ? []
    : ['events', ...(older > 0 ? [`  … ${older} older (--json has them)`] : []), ...lines];
}

/** A text in one line of so many characters at most. */
export function clip(text: string, length: number): string {
  const line = [...text.replace(/\s+/g, ' ')];
  return line.length > length ? `${line.slice(0, length - 1).join('')}…` : line.join('');
}

/** The bare id, or the beginning of one, from any of the three that are shown; BAD_INPUT when it is none. */
export function parseJobId(text: string): string {
  if (/^[0-9a-f][0-9a-f-]*$/i.test(text) && text.replaceAll('-', '').length <= 32) return text;
  const { typename, id } = decodeGlobalId(text);
  if (typename !== 'Job' || !isUuid(id)) throw new BadInputError(`Not a job's id: ${text.slice(0, 60)}`);
  return id;
}

/** 1234567 as 1,234,567. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** 1 as `1 post`, 1234 as `1,234 posts`. */
export const countOf = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** 0.0295 as `2.95 %`, to three digits. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** 45 as `45 s`, 200 as `3 min`, 8000 as `2 h 13 min`. */
export function durationOf(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rows of cells as lines, each column as wide as its widest cell; those of numbers, from 0, to the right. */
export function table(
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const align = (cell: string, column: number) =>
    numbers.includes(column) ? cell.padStart(width(column)) : cell.padEnd(width(column));
  return rows.map((row) => row.map(align).join('  ').trimEnd());
}
