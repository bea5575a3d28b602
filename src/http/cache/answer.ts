import { createHash } from 'node:crypto';
import { compress, type Encoding } from '../encoding.ts';
import type { Label } from './label.ts';

/** Bytes from which on compressing is worth it: what is shorter fits one packet anyhow. */
const leastBytes = 1_000;

type Parts = {
  readonly status: number;
  readonly type: string;
  /** Headers beside the type and the length, as name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Buffer;
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
  /** Heads that were written before, by what they differ in: see `send.ts`. */
  readonly heads = new Map<string, string[]>();
  readonly #packed = new Map<Encoding, Buffer>();
  readonly #packing = new Map<Encoding, Promise<Buffer>>();
  #etag: string | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Bytes that it takes, compressed forms included. */
  get bytes(): number {
    let bytes = this.parts.body.length + 1_000;
    for (const { length } of this.#packed.values()) bytes += length;
    return bytes;
  }

  /** The same in all encodings: weak. */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha256').update(this.parts.body).digest('base64url').slice(0, 27)}"`;
    return this.#etag;
  }

  /** The encoding that it is sent in to a client that asks for this one. */
  encodingFor(asked: Encoding): Encoding {
    return this.parts.body.length < leastBytes ? 'identity' : asked;
  }

  /** The bytes in an encoding; null when they are not made yet. */
  bytesIn(encoding: Encoding): Buffer | null {
    return encoding === 'identity' ? this.parts.body : (this.#packed.get(encoding) ?? null);
  }

  /** Makes the bytes in an encoding. */
  pack(encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
    const packing =
      this.#packing.get(encoding) ??
      compress(this.parts.body, encoding).then((bytes) => {
        this.#packed.set(encoding, bytes);
        return bytes;
      });
    this.#packing.set(encoding, packing);
    return packing;
  }
}
