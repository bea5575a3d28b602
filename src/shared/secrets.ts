/**
 * What this process must not tell: keys, cookies, passwords. `loadConfig`, the only reader of the environment, puts in
 * every secret it reads, so none is in use that is not known here. Texts meet `redact` where they are made or written
 * out, not where somebody thinks of it: in the constructor of every DomainError (API, job errors, provider notes, command
 * line), in the logger's stream, in the statements that keep a job's messages, and in what the command line prints. It is
 * of the process, not handed down, since a redactor that is handed down can be left out by one caller.
 */
const known = new Set<string>();
/** Pieces of known secrets by their length, in lower case. */
const pieces = new Map<number, Set<string>>();

/** A shorter text is no secret, and stands in every other message. */
const shortestSecret = 6;
/** So many characters of a secret in a row are taken out: messages get cut, and then half a key stands at their end. */
const pieceLength = 12;
/** What stands in a secret's place. */
const mark = '[redacted]';

/** Notes secrets; null, and texts of fewer than 6 characters, are none. */
export function keepSecret(...secrets: readonly (string | null | undefined)[]): void {
  for (const secret of secrets) {
    if (secret == null || secret.length < shortestSecret || known.has(secret)) continue;
    known.add(secret);
    for (const form of formsOf(secret)) addPieces(form.toLowerCase());
  }
}

/** The text without any secret in it, however it is encoded, and without long pieces of one. */
export function redact(text: string): string {
  if (pieces.size === 0) return text;
  const lower = text.toLowerCase();
  // Lower case of other lengths (some Turkish letters) would shift what is found: such a text is searched as it is.
  const searched = lower.length === text.length ? lower : text;
  let clean = '';
  let done = 0;
  for (let at = 0; at < searched.length; at += 1) {
    const end = endOfPiece(searched, at);
    if (end <= done) continue;
    // Pieces overlap: a whole secret is one mark.
    if (at > done || done === 0) clean += text.slice(done, at) + mark;
    done = end;
  }
  return done === 0 ? text : clean + text.slice(done);
}

/** Where the longest piece that begins at `at` ends; 0 when none does. */
function endOfPiece(text: string, at: number): number {
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
  for (let at = 0; at + length <= form.length; at += 1) set.add(form.slice(at, at + length));
}

/** As the secret may stand in a text: in a URL, in JSON, in JSON within JSON, in base64 of it or of what holds it. */
function formsOf(secret: string): readonly string[] {
  const plain = [secret, decoded(secret)];
  const escaped = [...plain, ...plain.map(encodeURIComponent), ...plain.map(inJson)];
  const twice = [...escaped, ...escaped.map(inJson), ...escaped.map(encodeURIComponent)];
  const bytes = plain.map((text) => Buffer.from(text));
  const packed = bytes.flatMap((text) => [text.toString('hex'), ...base64sOf(text)]);
  return [...new Set([...twice, ...packed])].filter((form) => form.length >= shortestSecret);
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

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
