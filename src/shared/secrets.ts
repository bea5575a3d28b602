import { unescaped } from './unescaped.ts';

/**
 * The secrets of this process: keys, cookies, passwords. `loadConfig`, the only reader of the environment, registers
 * every secret that it reads, so all secrets in use are known here. `redact` is applied where texts are created or
 * written, so that no caller can forget it: in the constructor of every DomainError (API, job errors, provider notes,
 * command line), in the logger's stream, in the statements that store a job's messages, and in the output of the
 * command line. The set is global to the process rather than passed on, because a caller could forget to pass it.
 */
const known = new Set<string>();
/** Unescaped pieces of known secrets, by length. */
const pieces = new Map<number, Set<string>>();

/** The first two characters of each piece, as one number, which rules out nearly every position of a text. */
const beginnings = new Set<number>();

/** A shorter text does not count as a secret, since it would occur in many messages. */
const shortestSecret = 6;
/**
 * This many consecutive characters of a secret are redacted, because messages get cut, which may leave half a key at
 * the end.
 */
const pieceLength = 12;
/** Without its white space, a secret may be shorter. */
const shortestForm = 4;
/** The replacement of a secret. */
const mark = '[redacted]';

/** Registers secrets; ignores null and texts of fewer than 6 characters. */
export function keepSecret(...secrets: readonly (string | null | undefined)[]): void {
  for (const secret of secrets) {
    if (secret == null || secret.length < shortestSecret || known.has(secret)) continue;
    known.add(secret);
    for (const form of formsOf(secret)) addPieces(form);
    // A piece with escapes is shorter when it is unescaped.
    for (let at = 0; at + pieceLength <= secret.length; at += 1) {
      const piece = unescaped(secret.slice(at, at + pieceLength)).text;
      if (piece.length >= shortestSecret) addPieces(piece);
    }
  }
}

/** Forgets all secrets. Only for tests, which share a process. */
export function forgetSecrets(): void {
  known.clear();
  pieces.clear();
  beginnings.clear();
}

/** API keys, which clients send and which are not known in advance. `access/token.ts` creates them. */
const apiKeys = /\blark_[\w-]{12,}/g;

/** Secrets of webhooks: created by `alerts/deliver/sign.ts`, stored in the database. */
const webhookSecrets = /\bwhsec_[A-Za-z0-9+/]{12,}={0,2}/g;

/**
 * Removes all secrets from a text, however they are escaped, encoded or broken, and long pieces of them; also API keys
 * and webhook secrets.
 */
export function redact(given: string): string {
  let text = given.includes('lark_') ? given.replace(apiKeys, mark) : given;
  if (text.includes('whsec_')) text = text.replace(webhookSecrets, mark);
  if (pieces.size === 0) return text;
  const plain = unescaped(text);
  let clean = '';
  let done = 0;
  for (let at = 0; at < plain.text.length; ) {
    let end = endOfPiece(plain.text, at);
    const begin = at;
    at += 1;
    if (end === 0) continue;
    // Merges overlapping pieces, so that a whole secret becomes one mark.
    for (; at <= end && at < plain.text.length; at += 1) end = Math.max(end, endOfPiece(plain.text, at));
    at = end;
    const place = plain.placeOf(begin, end);
    clean += text.slice(done, place.from) + mark;
    done = place.to;
  }
  return done === 0 ? text : clean + text.slice(done);
}

/** Returns the end of the longest piece that begins at `at`; 0 when there is none. */
function endOfPiece(text: string, at: number): number {
  if (!beginnings.has(text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1))) return 0;
  let end = 0;
  for (const [length, set] of pieces) {
    if (at + length > end && set.has(text.slice(at, at + length))) end = at + length;
  }
  return end;
}

function addPieces(form: string): void {
  const length = Math.min(form.length, pieceLength);
  let set = pieces.get(length);
  if (set === undefined) {
    set = new Set();
    pieces.set(length, set);
  }
  for (let at = 0; at + length <= form.length; at += 1) {
    set.add(form.slice(at, at + length));
    beginnings.add(form.charCodeAt(at) * 0x10000 + form.charCodeAt(at + 1));
  }
}

/**
 * Returns the forms in which a secret may occur in an unescaped text: unchanged, web-encoded, decoded with a wrong
 * encoding, in hex, or in base64, alone or within a longer text.
 */
function formsOf(secret: string): readonly string[] {
  const plain = [...new Set([secret, decoded(secret)])];
  // A literal percent sign.
  const asItIs = secret.replaceAll('%', '\\u0025');
  const bytes = plain.map((text) => Buffer.from(text));
  const packed = bytes.flatMap((text) => [text.toString('latin1'), text.toString('hex'), ...base64sOf(text)]);
  const ofWeb = plain.flatMap((text) => [
    encodeURIComponent(Buffer.from(text).toString()),
    text.replaceAll(' ', '+'),
  ]);
  const forms = [...plain, asItIs, ...ofWeb, ...packed].map((form) => unescaped(form).text);
  return [...new Set(forms)].filter((form) => form.length >= shortestForm);
}

/** In the base64 of a longer text, the bytes begin at one of three offsets within the groups of three. */
function base64sOf(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((shifted.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((kind) => shifted.toString(kind).slice(from, to));
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
