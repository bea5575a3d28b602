import { BadInputError } from '../../shared/errors.ts';

/** A part of a JSON file. */
export type JsonPart =
  | { readonly record: string; readonly key?: undefined }
  /** A value of the file's object that is not the list. */
  | { readonly key: string; readonly value: string; readonly record?: undefined };

/** Limits in bytes of a record, and of a value beside the list. Longer ones are skipped. */
const recordBytesMax = 1024 * 1024;
const valueBytesMax = 256 * 1024;
const depthMax = 100;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Yields the elements of a list as JSON texts, while the bytes stream by: of `[…]`, or of the value of one of `names`
 * in `{…}`. Also yields the other values of the object, unless they are long: base64 pictures can be most of a file.
 * Throws BadInputError when the file has another structure.
 */
export async function* jsonRecords(
  chunks: AsyncIterable<Buffer>,
  names: ReadonlySet<string>,
): AsyncGenerator<JsonPart> {
  const scanner = new Scanner(names);
  for await (const chunk of chunks) {
    scanner.push(chunk);
    yield* scanner.take();
  }
  scanner.end();
  yield* scanner.take();
}

class Scanner {
  readonly #names: ReadonlySet<string>;
  #found: JsonPart[] = [];
  /** Open brackets. */
  readonly #open: number[] = [];
  #inString = false;
  #escaped = false;
  /** The depth of the records: 1 in a list, 2 in a list of an object; 0 before the list begins. */
  #listDepth = 0;
  #key: string | null = null;
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  #isTooLong = false;
  #isOver = false;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  take(): readonly JsonPart[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  push(chunk: Buffer): void {
    let at = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf && this.#open.length === 0 ? 3 : 0;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#string(chunk, at);
        continue;
      }
      const byte = chunk[at++] as number; // safe: at was below the length
      if (byte > 0x20) this.#token(byte);
    }
  }

  end(): void {
    if (!this.#isOver) throw new BadInputError('The file is incomplete: its JSON does not end.');
  }

  /** Copies a string up to its closing quote, or as far as the chunk goes. */
  #string(chunk: Buffer, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        at++;
        break;
      }
    }
    this.#keep(chunk.subarray(from, at));
    return at;
  }

  #token(byte: number): void {
    if (this.#isOver) throw new BadInputError('The file goes on after the end of its JSON.');
    const depth = this.#open.length;
    if (depth === 0) {
      if (byte !== openBrace && byte !== openBracket) throw new BadInputError('The file is not JSON.');
      this.#open.push(byte);
      if (byte === openBracket) this.#listDepth = 1;
      return;
    }
    const isOuter = depth === (this.#listDepth || 1);
    if (isOuter && (byte === comma || byte === closeBrace || byte === closeBracket)) {
      this.#finish();
      if (byte !== comma) this.#close(byte);
      return;
    }
    if (isOuter && this.#listDepth === 0 && byte === colon && this.#key === null) {
      this.#key = this.#text();
      return;
    }
    if (isOuter && this.#listDepth === 0 && byte === openBracket && this.#names.has(keyOf(this.#key))) {
      this.#open.push(byte);
      this.#listDepth = 2;
      this.#key = null;
      return;
    }
    this.#keep(Buffer.of(byte));
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) {
      this.#open.push(byte);
      if (this.#open.length > depthMax)
        throw new BadInputError(`The file has more than ${depthMax} nested brackets.`);
    } else if (byte === closeBrace || byte === closeBracket) this.#close(byte);
  }

  #close(byte: number): void {
    const opening = this.#open.pop();
    if (opening !== (byte === closeBrace ? openBrace : openBracket)) {
      throw new BadInputError('The file is not JSON: its brackets do not match.');
    }
    if (this.#open.length < this.#listDepth) this.#listDepth = 0;
    if (this.#open.length === 0) this.#isOver = true;
  }

  /** Called at the end of an element or value. */
  #finish(): void {
    const value = this.#isTooLong ? null : this.#text();
    const key = this.#key;
    this.#key = null;
    this.#length = 0;
    this.#isTooLong = false;
    if (this.#listDepth > 0) {
      // A record that is too long is reported as unreadable.
      if (value !== '') this.#found.push({ record: value ?? '' });
    } else if (key !== null && value !== null && value !== '') this.#found.push({ key: keyOf(key), value });
  }

  #text(): string {
    const text = this.#bytes.toString('utf8', 0, this.#length);
    this.#length = 0;
    return text;
  }

  #keep(bytes: Buffer): void {
    const needed = this.#length + bytes.length;
    if (this.#isTooLong || needed > (this.#listDepth > 0 ? recordBytesMax : valueBytesMax)) {
      this.#isTooLong = true;
      return;
    }
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.#length);
    this.#length = needed;
  }
}

/** A key without its quotes. */
const keyOf = (text: string | null): string => text?.slice(1, -1) ?? '';
