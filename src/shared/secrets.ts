import { unescaped } from './unescaped.ts';

/**
 * What this process must not tell: keys, cookies, passwords. `loadConfig`, the only reader of the environment, puts in
 * every secret it reads, so none is in use that is not known here. Texts meet `redact` where they are made or written
 * out, not where somebody thinks of it: in the constructor of every DomainError (API, job errors, provider notes, command
 * line), in the logger's stream, in the statements that keep a job's messages, and in what the command line prints. It is
 * of the process, not handed down, since a redactor that is handed down can be left out by one caller.
 */
const known = new Set<string>();
/** Pieces of known secrets by their length, unescaped. */
const pieces = new Map<number, Set<string>>();

/** The first two characters of each piece, as one number: nearly no place of a text has them. */
const beginnings = new Set<number>();

/** A shorter text is no secret, and stands in every other message. */
const shortestSecret = 6;
/** So many characters of a secret in a row are taken out: messages get cut, and then half a key stands at their end. */
const pieceLength = 12;
/** Without its white space a secret may be shorter. */
const shortestForm = 4;
/** What stands in a secret's place. */
const mark = '[redacted]';

/** Notes secrets; null, and texts of fewer than 6 characters, are none. */
export function keepSecret(...secrets: readonly (string | null | undefined)[]): void {
  for (const secret of secrets) {
    if (secret == null || secret.length < shortestSecret || known.has(secret)) continue;
    known.add(secret);
    for (const form of formsOf(secret)) addPieces(form);
    // Unescaped, a piece of what has escapes in it is shorter.
    for (let at = 0; at + pieceLength <= secret.length; at += 1) {
      const piece = unescaped(secret.slice(at, at + pieceLength)).text;
      if (piece.length >= shortestSecret) addPieces(piece);
    }
  }
}

/** Forgets all that were noted. For tests, which share a process: a program that runs has no use for it. */
export function forgetSecrets(): void {
  known.clear();
  pieces.clear();
  beginnings.clear();
}

/** Keys of the API, whoever they are from: clients send them, and none is known before. `access/token.ts` makes them. */
const apiKeys = /\blark_[\w-]{12,}/g;

/** What webhooks are signed with: made by `alerts/deliver/sign.ts`, kept in the store. */
const webhookSecrets = /\bwhsec_[A-Za-z0-9+/]{12,}={0,2}/g;

/**
 * The text without any secret in it, however it is escaped, encoded or broken, and without long pieces of one; and
 * without any key of the API, or secret of a webhook.
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
    // Pieces overlap: a whole secret is one mark.
    for (; at <= end && at < plain.text.length; at += 1) end = Math.max(end, endOfPiece(plain.text, at));
    at = end;
    const place = plain.placeOf(begin, end);
    clean += text.slice(done, place.from) + mark;
    done = place.to;
  }
  return done === 0 ? text : clean + text.slice(done);
}

/** Where the longest piece that begins at `at` ends; 0 when none does. */
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
 * As the secret may stand in an unescaped text: as it is, in a form of the web, read in a wrong encoding, in hex, in
 * base64 of it or of what holds it.
 */
function formsOf(secret: string): readonly string[] {
  const plain = [...new Set([secret, decoded(secret)])];
  // A percent sign that stands for itself.
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

/** Base64 of a longer text that holds the bytes has them at one of three places among its groups of three. */
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
