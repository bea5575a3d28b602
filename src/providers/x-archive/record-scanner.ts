import { BadInputError } from '../../shared/errors.ts';

/** Receives what the scanner finds. `bytes` are valid only during the call. */
type RecordHandler = {
  /** Called with the text before the list, e.g. `window.YTD.tweets.part0 =`; throws when it is the wrong file. */
  readonly onPrefix: (prefix: string) => void;
  /** Called with an element of the list, as JSON text without white space between its tokens; `index` counts from 0. */
  readonly onRecord: (bytes: Buffer, index: number) => void;
  /** Called with an element that is not JSON and is rejected. */
  readonly onBroken: (reason: string, index: number) => void;
};

const prefixBytesMax = 2_000;
/** The longest post has 25,000 letters today; a longer record would take too much memory to parse. */
const recordBytesMax = 8 * 1024 * 1024;
/** Tweets nest about eight levels. */
const depthMax = 100;
/** Most brackets in a record, since each becomes an object of about 60 bytes. Tweets have fewer than a hundred. */
const bracketsMax = 10_000;

const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const semicolon = 0x3b;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** Characters before a record that begins inside another. A line break ends a string that lacks its quote. */
const endsRecord = new Set<number | undefined>([comma, closeBrace, newline]);
/** Characters that may follow a bracket that closed the list too early. */
const continuesList = new Set([quote, comma, openBrace, closeBrace, closeBracket]);

/**
 * Splits `name = [ {…}, {…} ]` into its elements while the bytes stream by, cut anywhere.
 *
 * It works on bytes because a whole file can exceed V8's limit for a string (512 MB). It drops white space: a third of
 * the bytes of a real archive is indentation, which would otherwise be spooled, stored and parsed again.
 */
export class RecordScanner {
  #place: 'prefix' | 'list' | 'after' = 'prefix';
  /** Open brackets of the current element, the innermost last. */
  readonly #open: number[] = [];
  #inString = false;
  #escaped = false;
  /** Why the current element is not JSON; null while it may be. */
  #broken: string | null = null;
  #index = 0;
  /** Brackets that the current element has opened. */
  #brackets = 0;
  /** The prefix, then the current element, as far as it has been read. */
  #record = Buffer.allocUnsafe(256 * 1024);
  #length = 0;
  readonly #fileName: string;
  readonly #handler: RecordHandler;

  constructor(fileName: string, handler: RecordHandler) {
    this.#fileName = fileName;
    this.#handler = handler;
  }

  /** Reads the next bytes; throws BadInputError when the file is not a list of records. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#place === 'prefix') at = this.#readPrefix(chunk, at);
      else if (this.#place === 'after') at = this.#readAfter(chunk, at);
      else at = this.#readList(chunk, at);
    }
  }

  /** Call it at the end of the file; throws BadInputError when the list is incomplete. */
  end(): void {
    if (this.#place === 'after') {
      this.#emit(this.#length);
      return;
    }
    if (this.#place === 'prefix') {
      throw new BadInputError(`${this.#fileName} holds no list of tweets: no "[" in it.`);
    }
    const where = this.#length > 0 ? `within record ${this.#index}` : `after ${this.#index} records`;
    throw new BadInputError(`${this.#fileName} is incomplete: it ends ${where}, without the closing "]".`);
  }

  #readPrefix(chunk: Buffer, from: number): number {
    const bracket = chunk.indexOf(openBracket, from);
    const to = bracket === -1 ? chunk.length : bracket;
    if (this.#length + to - from > prefixBytesMax) {
      throw new BadInputError(
        `${this.#fileName} is not a tweet file: it does not begin with "window.YTD.tweets.part0 = [" or the like.`,
      );
    }
    this.#length += chunk.copy(this.#record, this.#length, from, to);
    if (bracket === -1) return chunk.length;
    const prefix = this.#record.toString('utf8', 0, this.#length).replace(/^\uFEFF/, '');
    this.#handler.onPrefix(prefix.trim());
    this.#length = 0;
    this.#place = 'list';
    return bracket + 1;
  }

  /** Reads on after a bracket that seemed to close the list: a broken record may have one too many. */
  #readAfter(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number; // safe: at is below the length
      if (byte <= space || byte === semicolon) continue;
      if (this.#open.length === 0 && !continuesList.has(byte)) {
        throw new BadInputError(`${this.#fileName} goes on after the end of its list.`);
      }
      this.#place = 'list';
      return at;
    }
    return chunk.length;
  }

  #readList(chunk: Buffer, from: number): number {
    this.#reserve(chunk.length - from);
    const record = this.#record;
    const end = chunk.length;
    let length = this.#length;
    const open = this.#open;
    let at = from;
    while (at < end) {
      if (this.#inString) {
        this.#length = length;
        at = this.#readString(chunk, at);
        length = this.#length;
        continue;
      }
      const byte = chunk[at++] as number; // safe: at is below the length
      if (byte <= space) continue;
      const opens = byte === openBrace || byte === openBracket;
      if (opens && this.#startsAnew(byte, length)) {
        this.#emit(length);
        length = 0;
      }
      if (open.length === 0 && (byte === comma || byte === closeBracket)) {
        this.#emit(length);
        length = 0;
        if (byte === comma) continue;
        this.#place = 'after';
        break;
      }
      record[length++] = byte;
      if (byte === quote) this.#inString = true;
      else if (opens) this.#opens(byte);
      else if (open.length > 0 && (byte === closeBrace || byte === closeBracket) && this.#endsList(byte))
        break;
    }
    this.#length = length;
    return at;
  }

  #opens(byte: number): void {
    this.#open.push(byte);
    if (this.#open.length > depthMax) {
      throw new BadInputError(
        `Record ${this.#index} of ${this.#fileName} has more than ${depthMax} nested brackets: not a list of tweets.`,
      );
    }
    if (++this.#brackets > bracketsMax) this.#broken ??= `it has more than ${bracketsMax} brackets`;
  }

  /** Whether an opening bracket begins a new element, because the current one lacks a comma or a closing brace. */
  #startsAnew(byte: number, length: number): boolean {
    if (length === 0) return false;
    if (this.#open.length === 0) return true;
    if (byte !== openBrace || this.#open.at(-1) !== openBrace) return false;
    // A value of an object follows a colon.
    if (!endsRecord.has(this.#record[length - 1])) return false;
    this.#broken = 'a closing brace is missing';
    this.#open.length = 0;
    return true;
  }

  /**
   * Closes the innermost bracket of its kind. Brackets inside it that were never closed make the element invalid.
   * Returns true when the bracket closes a list that the element did not open, which may be the whole list.
   */
  #endsList(byte: number): boolean {
    const open = this.#open;
    const opening = byte === closeBrace ? openBrace : openBracket;
    if (open.at(-1) === opening) {
      open.pop();
      return false;
    }
    this.#broken = 'its brackets do not match';
    const at = open.lastIndexOf(opening);
    if (at === -1 && byte === closeBracket) {
      this.#place = 'after';
      return true;
    }
    open.length = Math.max(at, 0);
    return false;
  }

  /** Copies a string up to its closing quote, or to the end of the chunk. */
  #readString(chunk: Buffer, from: number): number {
    const record = this.#record;
    const end = chunk.length;
    let length = this.#length;
    let escaped = this.#escaped;
    let at = from;
    while (at < end) {
      const byte = chunk[at++] as number; // safe: at is below the length
      record[length++] = byte;
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote || byte === newline) {
        // A JSON string has no line break, so a quote is missing. Treating the line break as the quote saves the
        // records after it.
        if (byte === newline) this.#broken = 'a string in it does not end';
        this.#inString = false;
        break;
      }
    }
    this.#length = length;
    this.#escaped = escaped;
    return at;
  }

  #emit(length: number): void {
    if (length === 0) return;
    const index = this.#index++;
    if (this.#broken === null) this.#handler.onRecord(this.#record.subarray(0, length), index);
    else this.#handler.onBroken(this.#broken, index);
    this.#broken = null;
    this.#brackets = 0;
  }

  /** Makes room for `count` more bytes of the current element. */
  #reserve(count: number): void {
    if (this.#length > recordBytesMax) {
      throw new BadInputError(
        `Record ${this.#index} of ${this.#fileName} is longer than ${recordBytesMax} bytes: not a list of tweets.`,
      );
    }
    const needed = this.#length + count;
    if (needed <= this.#record.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#record.length));
    this.#record.copy(larger, 0, 0, this.#length);
    this.#record = larger;
  }
}
