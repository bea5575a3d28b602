import { createHash } from 'node:crypto';
import { must } from '../../shared/errors.ts';
import type { Encoding } from '../encoding.ts';
import type { KeptHead } from './kept-head.ts';
import type { Label } from './label.ts';
import { type OpenEnded, packOpenEnded } from './open-ended.ts';

/** Bytes from which on compressing is worth it: what is shorter fits one packet anyhow. */
const leastBytes = 1_000;

type Parts = {
  readonly status: number;
  readonly type: string;
  /** Headers beside the type and the length, as name, value, name, value. */
  readonly headers: readonly string[];
  /** Null for an answer that is not kept. */
  readonly label: Label | null;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** How long it may be given out, in milliseconds. */
  readonly keepMs: number;
};

/** An answer as bytes, with its compressed forms, each made once and when it is first asked for. */
export class Answer {
  readonly parts: Parts;
  /** The value of `versions.clock()` at which the label was last found to be true. */
  checkedAt = -1;
  #heads: Map<string, KeptHead> | null = null;
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

  /** Heads that were written before, by what they differ in: see `send.ts`. */
  get heads(): Map<string, KeptHead> {
    this.#heads ??= new Map();
    return this.#heads;
  }

  /** The answer for whoever sends it once and as it is; null when its bytes are there. */
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

  /** Where the body's end begins: its last brace, before which something may be added. */
  get #endAt(): number {
    return this.body.lastIndexOf('}');
  }

  /** Bytes that it takes, compressed forms included. */
  get bytes(): number {
    let bytes = this.body.length + 2_000;
    for (const packed of this.#packed?.values() ?? []) bytes += packed.bytes.length;
    return bytes;
  }

  /** The same in all encodings: weak. */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha256').update(this.body).digest('base64url').slice(0, 27)}"`;
    return this.#etag;
  }

  /** The encoding that it is sent in to a client that asks for this one. */
  encodingFor(asked: Encoding): Encoding {
    return asked === 'identity' || this.body.length < leastBytes ? 'identity' : asked;
  }

  /** How many bytes it has in an encoding; null when they are not made yet. */
  lengthIn(encoding: Encoding): number | null {
    if (encoding === 'identity' && this.#text !== null) {
      this.#textBytes ??= Buffer.byteLength(this.#text);
      return this.#textBytes;
    }
    return this.bytesIn(encoding)?.length ?? null;
  }

  /** The bytes in an encoding; null when they are not made yet. */
  bytesIn(encoding: Encoding): Buffer | null {
    return encoding === 'identity' ? this.body : (this.#packed?.get(encoding)?.bytes ?? null);
  }

  /**
   * The bytes in an encoding that is made, with extensions: of the only result, or of the last of a list. `json` is an
   * object of at most 60,000 characters.
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
