import { createHash } from 'node:crypto';
import { must } from '../../shared/errors.ts';
import type { Encoding } from '../encoding.ts';
import type { CachedHead } from './cached-head.ts';
import type { Label } from './label.ts';
import { type OpenEnded, packOpenEnded } from './open-ended.ts';

/** The fewest bytes worth compressing: shorter answers fit in one packet. */
const leastBytes = 1_000;

type Parts = {
  readonly status: number;
  readonly type: string;
  /** Headers other than the type and the length, as name, value, name, value. */
  readonly headers: readonly string[];
  /** Null for an answer that is not cached. */
  readonly label: Label | null;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** How long it may be served, in milliseconds. */
  readonly keepMs: number;
};

/** An answer as bytes, with its compressed forms. Each form is made once, on first use. */
export class Answer {
  readonly parts: Parts;
  /** The value of `versions.clock()` when the label was last found valid. */
  checkedAt = -1;
  #heads: Map<string, CachedHead> | null = null;
  #packed: Map<Encoding, OpenEnded> | null = null;
  #packing: Map<Encoding, Promise<void>> | null = null;
  #text: string | null;
  #body: Buffer | null = null;
  #etag: string | null = null;
  #textBytes: number | null = null;

  constructor(parts: Parts, text: string) {
    this.parts = parts;
    this.#text = text;
  }

  /** Cached heads, by what distinguishes them: see `send.ts`. */
  get heads(): Map<string, CachedHead> {
    this.#heads ??= new Map();
    return this.#heads;
  }

  /** The answer as text, for sending it once and uncompressed; null when its bytes exist. */
  get text(): string | null {
    return this.#text;
  }

  get body(): Buffer {
    if (this.#body === null) {
      this.#body = Buffer.from(this.#text ?? '');
      this.#text = null;
    }
    return this.#body;
  }

  /** Where the end of the body begins: its last brace, before which extensions may be inserted. */
  get #endAt(): number {
    return this.body.lastIndexOf('}');
  }

  /** Its size in memory in bytes, with compressed forms. */
  get bytes(): number {
    let bytes = this.body.length + 2_000;
    for (const packed of this.#packed?.values() ?? []) bytes += packed.bytes.length;
    return bytes;
  }

  /** Weak, since it is the same in all encodings. */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha256').update(this.body).digest('base64url').slice(0, 27)}"`;
    return this.#etag;
  }

  /** Returns the encoding to send to a client that prefers `asked`. */
  encodingFor(asked: Encoding): Encoding {
    return asked === 'identity' || this.body.length < leastBytes ? 'identity' : asked;
  }

  /** Returns the length in an encoding; null when that form is not made yet. */
  lengthIn(encoding: Encoding): number | null {
    if (encoding === 'identity' && this.#text !== null) {
      this.#textBytes ??= Buffer.byteLength(this.#text);
      return this.#textBytes;
    }
    return this.bytesIn(encoding)?.length ?? null;
  }

  /** Returns the bytes in an encoding; null when that form is not made yet. */
  bytesIn(encoding: Encoding): Buffer | null {
    return encoding === 'identity' ? this.body : (this.#packed?.get(encoding)?.bytes ?? null);
  }

  /**
   * Returns the bytes in an encoding that is made, with `extensions` added to the only result, or to the last of a
   * list. `json` is an object of at most 60,000 characters.
   */
  bytesWith(json: string, encoding: Encoding): Buffer {
    const { body } = this;
    const endAt = this.#endAt;
    if (endAt <= 1) return must(this.bytesIn(encoding), 'the encoding is made');
    const end = Buffer.concat([Buffer.from(`,"extensions":${json}`), body.subarray(endAt)]);
    if (encoding === 'identity') return Buffer.concat([body.subarray(0, endAt), end]);
    return must(this.#packed?.get(encoding), 'the encoding is made').withEnd(end);
  }

  /** Makes the bytes in an encoding. */
  pack(encoding: Exclude<Encoding, 'identity'>): Promise<void> {
    const { body } = this;
    const endAt = Math.max(0, this.#endAt);
    this.#packing ??= new Map();
    const packing =
      this.#packing.get(encoding) ??
      packOpenEnded(body.subarray(0, endAt), body.subarray(endAt), encoding).then((packed) => {
        this.#packed ??= new Map();
        this.#packed.set(encoding, packed);
      });
    this.#packing.set(encoding, packing);
    return packing;
  }
}
