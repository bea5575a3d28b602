import { isUtf8 } from 'node:buffer';
import { BadInputError } from '../../shared/errors.ts';

/** The encoding is recognised by so many bytes. */
const startBytes = 4;

/** Converts a file to UTF-8; `push` takes the next bytes, cut anywhere. */
type Reader = { push(chunk: Buffer): Buffer };

/**
 * Yields the text of a file as UTF-8, chunk by chunk. Converts UTF-16, which Windows programs write. Throws
 * BadInputError at the first invalid bytes: replacing them would lose text silently.
 */
export async function* asUtf8(path: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start = Buffer.alloc(0);
  let reader: Reader | null = null;
  for await (const chunk of chunks) {
    if (reader !== null) {
      yield reader.push(chunk);
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < startBytes) continue;
    reader = readerOf(path, start);
    yield reader.push(start);
  }
  if (reader === null && start.length > 0) yield readerOf(path, start).push(start);
}

/** Decodes the beginning of a file in any of the encodings. */
export function startAsText(start: Buffer): string {
  const whole = start.subarray(0, start.length - (start.length % 2));
  const encoding = encodingOf(start);
  if (encoding === 'UTF-16LE') return whole.toString('utf16le');
  if (encoding === 'UTF-16BE') return Buffer.from(whole).swap16().toString('utf16le');
  return start.toString('utf8');
}

/**
 * Recognises the encoding by its byte order mark. Without a mark, by NULs: UTF-16 has one in every second byte of Latin
 * letters, UTF-8 text has none.
 */
function encodingOf(start: Buffer): 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32' {
  const [a, b, c, d] = start;
  const isMarked = (first: number, second: number) => a === first && b === second;
  if (isMarked(0xff, 0xfe)) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16LE';
  if (isMarked(0xfe, 0xff)) return 'UTF-16BE';
  if (a === 0 && b === 0) return 'UTF-32';
  if (b === 0 && d === 0) return c === 0 ? 'UTF-32' : 'UTF-16LE';
  return a === 0 && c === 0 ? 'UTF-16BE' : 'UTF-8';
}

function readerOf(path: string, start: Buffer): Reader {
  const encoding = encodingOf(start);
  if (encoding === 'UTF-8') return new Utf8Reader(path);
  if (encoding !== 'UTF-32') return new Utf16Reader(path, encoding);
  throw new BadInputError(`${path} is in UTF-32, which is not supported: save it as UTF-8 and import that.`);
}

const none = Buffer.alloc(0);

/** Checks UTF-8 and passes it on. */
class Utf8Reader implements Reader {
  readonly #path: string;
  /** The beginning of a character that continues in the next chunk. */
  #begun = none;
  /** Bytes before `#begun`. */
  #read = 0;

  constructor(path: string) {
    this.#path = path;
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    const whole = wholeCharacters(bytes);
    if (!isUtf8(whole)) throw this.#refusal(whole);
    this.#read += whole.length;
    this.#begun = Buffer.from(bytes.subarray(whole.length));
    return chunk;
  }

  #refusal(bytes: Buffer): BadInputError {
    let [valid, broken] = [0, bytes.length];
    while (broken - valid > 1) {
      const middle = (valid + broken) >>> 1;
      if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) valid = middle;
      else broken = middle;
    }
    // The bisection finds the invalid byte, or the first of several.
    const place = wholeCharacters(bytes.subarray(0, valid)).length;
    const byte = (bytes[place] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return new BadInputError(
      `${this.#path} is not text in UTF-8: the byte 0x${byte} at position ${this.#read + place} is not the start of a character. ` +
        'An editor may have saved it as Windows-1252 (or Latin-1): save it as UTF-8, as ' +
        '`iconv -f WINDOWS-1252 -t UTF-8` does, and import that.',
    );
  }
}

/** Cuts off an incomplete character at the end, which the next chunk may complete. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number; // safe: it is within the bytes
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Converts UTF-16 to UTF-8. */
class Utf16Reader implements Reader {
  readonly #path: string;
  readonly #encoding: 'UTF-16LE' | 'UTF-16BE';
  /** Half a unit, or the first half of a surrogate pair. */
  #begun = none;
  #read = 0;

  constructor(path: string, encoding: 'UTF-16LE' | 'UTF-16BE') {
    this.#path = path;
    this.#encoding = encoding;
  }

  push(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#begun, chunk]);
    const units = bytes.subarray(0, bytes.length - (bytes.length % 2));
    const text = (this.#encoding === 'UTF-16BE' ? Buffer.from(units).swap16() : units).toString('utf16le');
    const last = text.charCodeAt(text.length - 1);
    const whole = last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
    const lone = whole.search(/\p{Surrogate}/u);
    if (lone !== -1) {
      throw new BadInputError(
        `${this.#path} is not text in UTF-16, as it begins: there is half of a character at position ${this.#read + lone * 2}. ` +
          'Save it as UTF-8 and import that.',
      );
    }
    this.#read += whole.length * 2;
    this.#begun = Buffer.from(bytes.subarray(whole.length * 2));
    return Buffer.from(whole);
  }
}
