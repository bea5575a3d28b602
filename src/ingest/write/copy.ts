import { once } from 'node:events';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { restoreState } from '../../db/copy-states.ts';

type Tx = Sql | TransactionSql;
export type CopyValue = string | number | boolean | null | readonly string[];

/**
 * Rows are gathered into pieces of about this many bytes: few socket writes, and only a few milliseconds in which other
 * queries wait.
 */
const pieceBytes = 48 * 1024;
/** Space for the row that exceeds the piece. */
const roomBytes = pieceBytes + 8 * 1024;

/**
 * Loads rows by COPY, the fastest way. Values come in the order of the columns. Pieces, each of whole rows, are pulled
 * as they are sent: one is made while the store reads the one before. None is pulled after the connection is lost. When
 * making one fails, the whole COPY is undone.
 */
export async function copyPieces(
  tx: Tx,
  table: string,
  columns: readonly string[],
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  format: 'text' | 'binary' = 'text',
): Promise<void> {
  const query = tx.unsafe(`copy ${table} (${columns.join(', ')}) from stdin (format ${format})`);
  const sink = await sinkOf(query);
  // Set up first: an error without a listener would end the process.
  const done = Promise.race([finished(sink), refusal(query)]).catch((error) => {
    throw restoreState(error);
  });
  let failed = false;
  done.catch(() => {
    failed = true;
  });
  try {
    for await (const piece of pieces) {
      if (failed) break;
      if (sink.writableNeedDrain) await Promise.race([once(sink, 'drain'), done]);
      sink.write(piece);
      // Lets other work and the socket run.
      await setImmediate();
    }
    if (!failed) sink.end();
  } catch (error) {
    sink.destroy(error as Error);
    throw error;
  }
  await done;
}

/** Formats rows as the text of a COPY, in pieces of whole rows. */
export function* piecesOf(rows: Iterable<readonly CopyValue[]>): Generator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(roomBytes);
  let length = 0;
  for (const row of rows) {
    const line = lineOf(row);
    // A UTF-16 unit takes at most three bytes in UTF-8.
    if (piece.length - length < 3 * line.length) {
      const longer = Buffer.allocUnsafeSlow(length + 3 * line.length);
      piece.copy(longer, 0, 0, length);
      piece = longer;
    }
    length += piece.write(line, length);
    if (length < pieceBytes) continue;
    yield piece.subarray(0, length);
    piece = Buffer.allocUnsafeSlow(roomBytes);
    length = 0;
  }
  if (length > 0) yield piece.subarray(0, length);
}

/** `join` creates one string; concatenating fields would create two objects each. */
const lineOf = (row: readonly CopyValue[]): string => `${row.map(field).join('\t')}\n`;

/**
 * Gets the stream that a COPY reads its rows from, with an error listener from the start. A refusal by Postgres may
 * arrive in the same packet as the stream, before the awaiting code continues; without a listener that error would end
 * the process.
 */
async function sinkOf(query: { writable(): Promise<Writable> }): Promise<Writable> {
  const { resolve } = query as unknown as { resolve(made: unknown): void }; // safe: every statement of the driver has `resolve`
  Object.assign(query, {
    // Called once with the stream, and again with the result.
    resolve: (made: unknown) => {
      if (made instanceof Writable) made.on('error', () => {});
      resolve(made);
    },
  });
  return query.writable();
}

/**
 * Rejects when Postgres refuses the rows after reading them all, which is always the case for a few rows. The driver's
 * stream would never end: it rejects the statement, whose promise was already resolved with the stream.
 */
function refusal(query: object): Promise<never> {
  return new Promise((_, reject) => {
    Object.assign(query, { reject });
  });
}

const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return value.length === 0 ? '{}' : escaped(arrayLiteral(value));
}

function escaped(text: string): string {
  return special.test(text) ? text.replace(specials, (char) => escapes[char] as string) : text;
}

/** A text[] literal. */
export function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  let literal = '{';
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as string; // safe: at is below the length
    if (at > 0) literal += ',';
    literal += `"${quotable.test(value) ? value.replace(quotables, '\\$&') : value}"`;
  }
  return `${literal}}`;
}

const quotable = /["\\]/;
const quotables = /["\\]/g;
