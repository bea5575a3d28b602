import { promisify } from 'node:util';
import { brotliCompress, constants, crc32, deflateRaw } from 'node:zlib';
import { compressionLevels, type Encoding } from '../encoding.ts';

/**
 * Compressed text whose end is not compressed and can be replaced. So the cost for each caller is added without
 * compressing the answer again.
 */
export type OpenEnded = {
  /** Complete, with the default end. */
  readonly bytes: Buffer;
  /** Returns the bytes with another end, of at most 65,535 bytes. */
  withEnd(end: Buffer): Buffer;
};

type Compressed = Exclude<Encoding, 'identity'>;

/** Compresses a text in another thread, and appends an end. */
export async function packOpenEnded(text: Buffer, end: Buffer, encoding: Compressed): Promise<OpenEnded> {
  const { pack, finish } = forms[encoding];
  const packed = await pack(text);
  const bytes = Buffer.concat([packed, ...finish(text, end)]);
  const start = bytes.subarray(0, packed.length);
  return { bytes, withEnd: (other) => Buffer.concat([start, ...finish(text, other)]) };
}

type Form = {
  /** Compresses the text to whole bytes, to which more may be appended. */
  pack(text: Buffer): Promise<Buffer>;
  /** Returns what follows them. */
  finish(text: Buffer, end: Buffer): readonly Buffer[];
};

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);
const brotli = promisify<Buffer, object, Buffer>(brotliCompress);

/** RFC 1952: the header says deflate, no name, no time, an unknown system. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** RFC 7932, section 9.2: the last block, which is empty. */
const lastBrotliBlock = Buffer.from([0b11]);

const forms: Readonly<Record<Compressed, Form>> = {
  gzip: {
    async pack(text) {
      const options = { level: compressionLevels.gzip, finishFlush: constants.Z_SYNC_FLUSH };
      return Buffer.concat([gzipHeader, await deflate(text, options)]);
    },
    finish(text, end) {
      // RFC 1951, section 3.2.4: the last block, stored, with its length and the complement of that.
      const head = Buffer.from([1, 0, 0, 0, 0]);
      head.writeUInt16LE(end.length, 1);
      head.writeUInt16LE(0xffff - end.length, 3);
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(crc32(end, crcOf(text)), 0);
      trailer.writeUInt32LE((text.length + end.length) % 2 ** 32, 4);
      return [head, end, trailer];
    },
  },
  br: {
    pack: (text) =>
      brotli(text, {
        params: { [constants.BROTLI_PARAM_QUALITY]: compressionLevels.br },
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
      }),
    finish(_text, end) {
      if (end.length === 0) return [lastBrotliBlock];
      // RFC 7932, section 9.2: not the last (1 bit), 4 nibbles (2 bits) of length - 1, uncompressed (1 bit), padding.
      const head = Buffer.alloc(3);
      head.writeUIntLE(((end.length - 1) << 3) | (1 << 19), 0, 3);
      return [head, end, lastBrotliBlock];
    },
  },
};

const crcs = new WeakMap<Buffer, number>();

function crcOf(text: Buffer): number {
  const known = crcs.get(text);
  if (known !== undefined) return known;
  const crc = crc32(text);
  crcs.set(text, crc);
  return crc;
}
