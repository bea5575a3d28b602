import { hash } from 'node:crypto';

/** The longest Accept header of which answers are kept. */
const longestAccept = 200;

/**
 * What tells one answer from another: who asks (by what that lets them see), what kinds of answers they take, and what
 * they ask. Null when an answer is not one to keep: one that comes in events or parts.
 */
export function keyOf(scope: string, accept: string | undefined, asked: Buffer | string): string | null {
  if (typeof asked === 'string') return makeKey(scope, accept, hash('sha256', asked, 'base64'));
  const body = bodyOf(asked);
  // Nearly always whoever asks this again asks it in the same way: the same text is found faster than one like it.
  const { latest } = body;
  if (latest !== null && latest.scope === scope && latest.accept === accept) return latest.key;
  const key = makeKey(scope, accept, body.hash);
  body.latest = { scope, accept, key };
  return key;
}

function makeKey(scope: string, accept: string | undefined, asked: string): string | null {
  if (accept === undefined) return `${scope} * ${asked}`;
  if (accept.length > longestAccept || !isWhole(accept)) return null;
  return `${scope} ${accept} ${asked}`;
}

/** Whether a query is answered in one piece: when JSON is taken, whatever else is, as urql has it. */
const isWhole = (accept: string): boolean =>
  /\bjson\b|\*\/\*/i.test(accept) || !/event-stream|multipart/i.test(accept);

type Body = {
  readonly bytes: Buffer;
  readonly hash: string;
  latest: { readonly scope: string; readonly accept: string | undefined; readonly key: string | null } | null;
};

/** Bodies that came lately, each in a place by some of its bytes, with their hashes: to compare 3 kB takes 0.1 µs, to hash them 3. */
const lately: (Body | undefined)[] = Array.from({ length: 512 });
/** The longest of them: those of all places take 8 MB. */
const longestBody = 16_000;

function bodyOf(asked: Buffer): Body {
  const place = sample(asked) & (lately.length - 1);
  const known = lately[place];
  if (known?.bytes.equals(asked)) return known;
  const made: Body = { bytes: Buffer.from(asked), hash: hash('sha256', asked, 'base64'), latest: null };
  if (asked.length <= longestBody) lately[place] = made;
  return made;
}

/** A number of the length and of 64 bytes or so. */
function sample(bytes: Buffer): number {
  const step = 1 + (bytes.length >> 6);
  let sum = bytes.length;
  for (let at = 0; at < bytes.length; at += step) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
  return sum;
}
