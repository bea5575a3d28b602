/**
 * A hash of the versions of all streams. Equal versions give equal hashes; different ones collide in one of 2^53
 * cases. It is updated one stream at a time.
 */
export class Fingerprint {
  #high = 0;
  #low = 0;

  /** Adds a stream's version to the hash, or removes it when it is already in. */
  toggle(streamId: number, version: number): void {
    // A version may have more than 32 bits.
    const [id, top, rest] = [streamId | 0, Math.floor(version / 2 ** 32) | 0, version | 0];
    this.#high ^= mix(mix(mix(id ^ 0x9e3779b9) ^ top) ^ rest);
    this.#low ^= mix(mix(mix(id ^ 0x85ebca6b) ^ top) ^ rest);
  }

  /** Not negative; below 2^53. */
  get value(): number {
    return (this.#high & 0x1fffff) * 2 ** 32 + (this.#low >>> 0);
  }
}

/** The finalizer of MurmurHash3: each input bit changes about half of the output bits. */
function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
