import { decodeGlobalId, encodeGlobalId } from '../shared/global-id.ts';
import { storeUnavailable } from '../db/away.ts';
import type { JobRow } from '../entities/job/query.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import { redact } from '../shared/secrets.ts';
import { isUuid } from '../shared/uuid.ts';

export type Output = { readonly json?: boolean };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Prints a result: JSON for programs, lines for people. */
export function print(output: Output, value: object, lines: readonly string[]): void {
  process.stdout.write(redact(`${output.json ? JSON.stringify(value) : lines.join('\n')}\n`));
}

/** Ignores that a reader such as `head` closed the pipe: later output is dropped. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Prints the error in one line, and sets exit code 1. */
export function fail(thrown: unknown, json: boolean): void {
  const error = storeUnavailable(thrown) ?? databaseFull(thrown) ?? thrown;
  const message = redact(error instanceof Error ? error.message : String(error));
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(`larkstat: ${message}\n`);
  process.exitCode = 1;
}

/** A job's global id, as job(id:), retryJob and cancelJob take it. */
export const jobGlobalId = (jobId: string): string => encodeGlobalId('Job', jobId);

/** The first characters of a job's id, which all commands accept. */
export const shortJobId = (jobId: string): string => jobId.slice(0, 8);

/** The newest ten events of a job, one a line; none without events. */
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

/** Puts a text into one line, cut to so many characters. */
export function clip(text: string, length: number): string {
  const line = [...text.replace(/\s+/g, ' ')];
  return line.length > length ? `${line.slice(0, length - 1).join('')}…` : line.join('');
}

/** Reads a job's id: in full, its beginning, or the API's. Throws BAD_INPUT. */
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

/** Aligns rows of cells to lines. The columns in `numbers`, counted from 0, are aligned right. */
export function table(
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const align = (cell: string, column: number) =>
    numbers.includes(column) ? cell.padStart(width(column)) : cell.padEnd(width(column));
  return rows.map((row) => row.map(align).join('  ').trimEnd());
}
