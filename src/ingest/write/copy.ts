import { once } from 'node:events';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';

type Tx = Sql | TransactionSql;
export type CopyValue = string | number | boolean | null | readonly string[];

/**
 * Rows are gathered to pieces of about this many bytes: few writes to the socket, and a few milliseconds' work, for
 * which whatever else the store is asked at the same time has to wait.
 */
const pieceBytes = 48 * 1024;
/** Room for the row that makes a piece full. */
const roomBytes = pieceBytes + 8 * 1024;

/**
 * Loads rows by COPY, the fastest way in. Values stand in the order of the columns. Pieces of whole rows are asked for as
 * they are sent: one is made while the store takes the one before, none once the store is gone, and where making one fails, nothing
 * of the COPY stands.
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
  // From the start: an error while nobody listens would end the process.
  const done = Promise.race([finished(sink), refusal(query)]);
  let failed = false;
  done.catch(() => {
    failed = true;
  });
  try {
    for await (const piece of pieces) {
      if (failed) break;
      if (sink.writableNeedDrain) await Promise.race([once(sink, 'drain'), done]);
      sink.write(piece);
      // Others want to run as well, and the socket with them.
      await setImmediate();
    }
    if (!failed) sink.end();
  } catch (error) {
    sink.destroy(error as Error);
    throw error;
  }
  await done;
}

/** Rows as the text of a COPY, in pieces of whole rows. */
export function* piecesOf(rows: Iterable<readonly CopyValue[]>): Generator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(roomBytes);
  let length = 0;
  for (const row of rows) {
    const line = lineOf(row);
    // UTF-8 has three bytes a UTF-16 unit at most.
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

/** Joined: adding the fields up would make two objects each. */
const lineOf = (row: readonly CopyValue[]): string => `${row.map(field).join('\t')}\n`;

/**
 * The stream that a COPY takes its rows by. It is listened to from its first moment: what Postgres refuses at once may
 * come in the same packet as the stream, before whoever waits for that goes on; the error then ended the process.
 */
async function sinkOf(query: { writable(): Promise<Writable> }): Promise<Writable> {
  const { resolve } = query as unknown as { resolve(made: unknown): void }; // safe: every statement of the driver has it
  Object.assign(query, {
    // Called with the stream, and again with the result.
    resolve: (made: unknown) => {
      if (made instanceof Writable) made.on('error', () => {});
      resolve(made);
    },
  });
  return query.writable();
}

/**
 * Fails where Postgres refuses the rows when it has them all, which for a few rows is always. The driver's stream
 * would never end: it rejects the statement, whose promise it has resolved with the stream.
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

/** A text[] as Postgres writes it. */
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
