import { writeUuid } from './copy-binary.ts';
import { LexemeTable } from './lexeme-table.ts';

/**
 * Rows in the binary format of COPY (see the manual's chapter on COPY, and each type's receive function), for the
 * largest table. Postgres reads lists of texts and search vectors without scanning for quotes and escapes, and no row
 * needs a string here.
 */

/** Rows are gathered into pieces of about this many bytes, like those in text format. */
const pieceBytes = 48 * 1024;
const signature = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const year2000Ms = Date.UTC(2000, 0, 1);
const textOid = 25;
const int4Oid = 23;

/**
 * Formats rows as pieces of a COPY, each piece with whole rows. `write` writes a row's fields; `fields` is their
 * number.
 */
export function* binaryRowPieces<Row>(
  rows: Iterable<Row>,
  fields: number,
  write: (into: BinaryRows, row: Row) => void,
): Generator<Buffer, void> {
  const into = new BinaryRows();
  into.begin();
  for (const row of rows) {
    into.row(fields);
    write(into, row);
    if (into.length >= pieceBytes) yield into.take();
  }
  into.end();
  yield into.take();
}

/** Joins rows that were formatted separately into one COPY. */
export function* joinedPieces(parts: Iterable<Buffer>): Generator<Buffer, void> {
  let [pieces, bytes]: [Buffer[], number] = [[signature], 0];
  for (const part of parts) {
    pieces.push(part);
    bytes += part.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(pieces);
    [pieces, bytes] = [[], 0];
  }
  yield Buffer.concat([...pieces, Buffer.of(255, 255)]);
}

/** A buffer of binary fields: each after its length in bytes; null has length -1. */
export class BinaryRows {
  #bytes = Buffer.allocUnsafeSlow(pieceBytes + 16 * 1024);
  /** Bytes written since the last `take`. */
  length = 0;
  readonly #lexemes = new LexemeTable();

  begin(): void {
    this.length += signature.copy(this.#bytes, this.length);
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#int2(fields);
  }

  end(): void {
    this.#reserve(2);
    this.#int2(-1);
  }

  /**
   * A copy of what was written since the last `take`. For a few rows, which would otherwise keep a whole piece in
   * memory.
   */
  copy(): Buffer {
    const copied = Buffer.from(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return copied;
  }

  /** Returns what was written; the next row starts a new piece. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.length);
    this.#bytes = Buffer.allocUnsafeSlow(pieceBytes + 16 * 1024);
    this.length = 0;
    return taken;
  }

  null(): void {
    this.#reserve(4);
    this.#int4(-1);
  }

  boolean(value: boolean | null): void {
    if (value === null) {
      this.null();
      return;
    }
    this.#reserve(5);
    this.#int4(1);
    this.#bytes[this.length++] = value ? 1 : 0;
  }

  smallint(value: number | null): void {
    if (value === null) {
      this.null();
      return;
    }
    if ((value << 16) >> 16 !== value) throw outOfRange(value, 'smallint');
    this.#reserve(6);
    this.#int4(2);
    this.#int2(value);
  }

  integer(value: number): void {
    if ((value | 0) !== value) throw outOfRange(value, 'integer');
    this.#reserve(8);
    this.#int4(4);
    this.#int4(value);
  }

  bigint(value: number | null): void {
    if (value === null) {
      this.null();
      return;
    }
    if (!Number.isSafeInteger(value)) throw outOfRange(value, 'bigint');
    this.#reserve(12);
    this.#int4(8);
    this.#int4(Math.floor(value / 2 ** 32));
    this.#int4(value | 0);
  }

  /**
   * Whole milliseconds since 1970 (fractions are cut off, as `Date` does), for the years 1715 to 2285. Postgres counts
   * microseconds since 2000.
   */
  timestamptz(instant: number): void {
    this.bigint((Math.trunc(instant) - year2000Ms) * 1_000);
  }

  /** A UUID with hyphens. */
  uuid(value: string | null): void {
    if (value === null) {
      this.null();
      return;
    }
    this.#reserve(20);
    this.#int4(16);
    writeUuid(this.#bytes, this.length, value);
    this.length += 16;
  }

  /** Text, JSON, or an enum's label. */
  text(value: string | null): void {
    if (value === null) {
      this.null();
      return;
    }
    this.#reserve(4 + 3 * value.length);
    const at = this.length;
    this.length += 4;
    this.#utf8(value, 0, value.length);
    this.#bytes.writeInt32BE(this.length - at - 4, at);
  }

  /** A text[]. */
  texts(values: readonly string[] | null): void {
    if (values === null) {
      this.null();
      return;
    }
    const at = this.#beginArray(textOid, values.length);
    for (let index = 0; index < values.length; index++) this.text(values[index] as string); // safe: below the length
    this.#bytes.writeInt32BE(this.length - at - 4, at);
  }

  /** An integer[]. */
  integers(values: readonly number[]): void {
    const at = this.#beginArray(int4Oid, values.length);
    for (let index = 0; index < values.length; index++) this.integer(values[index] as number); // safe: below the length
    this.#bytes.writeInt32BE(this.length - at - 4, at);
  }

  /** Begins an array of one dimension without nulls, counted from 1. Returns the position of its length. */
  #beginArray(elementOid: number, count: number): number {
    this.#reserve(24);
    const at = this.length;
    this.length += 4;
    this.#int4(count === 0 ? 0 : 1);
    this.#int4(0);
    this.#int4(elementOid);
    if (count > 0) {
      this.#int4(count);
      this.#int4(1);
    }
    return at;
  }

  /** A tsvector in the notation of `searchVector`: words with one position each, in the order of positions. */
  tsvector(vector: string): void {
    const lexemes = this.#lexemes;
    lexemes.read(vector);
    this.#reserve(8 + 3 * vector.length);
    const at = this.length;
    this.length += 4;
    this.#int4(lexemes.count);
    for (let lexeme = 0; lexeme < lexemes.count; lexeme++) {
      this.#utf8(vector, lexemes.startOf(lexeme), lexemes.endOf(lexeme));
      this.#bytes[this.length++] = 0;
      this.#int2(lexemes.placesOf(lexeme));
      for (let use = lexemes.firstUseOf(lexeme); use !== -1; use = lexemes.useAfter(use)) {
        this.#int2(lexemes.placeOf(use));
      }
    }
    this.#bytes.writeInt32BE(this.length - at - 4, at);
  }

  /** Writes characters as UTF-8 into space reserved for three bytes each. Most are ASCII, one byte each. */
  #utf8(text: string, start: number, end: number): void {
    const bytes = this.#bytes;
    let length = this.length;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        this.length = length + bytes.write(text.slice(at, end), length);
        return;
      }
      bytes[length++] = code;
    }
    this.length = length;
  }

  #int4(value: number): void {
    const bytes = this.#bytes;
    const at = this.length;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
    this.length = at + 4;
  }

  #int2(value: number): void {
    this.#bytes[this.length] = value >> 8;
    this.#bytes[this.length + 1] = value;
    this.length += 2;
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}

/** Its lowest bytes alone would be stored as another number, and Postgres cannot detect that. */
const outOfRange = (value: number, type: string) =>
  new RangeError(`${value} is out of range for type ${type}`);
