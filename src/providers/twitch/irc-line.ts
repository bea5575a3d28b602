/** A line of IRC in its parts, as Twitch sends it (IRCv3 with tags). */
export type IrcLine = {
  /** Values with their escapes resolved; empty where the line has none. */
  readonly tags: ReadonlyMap<string, string>;
  /** The user that the line is from, in lower case; empty when the server is, or names none. */
  readonly login: string;
  readonly command: string;
  readonly params: readonly string[];
};

/** UTF-16 units of the longest line that is read: Twitch's own have 8,191 bytes of tags and 512 of the rest. */
export const lineLengthMax = 16_384;

/** Reads a line; null for one that is none, or too long. Takes time in proportion to its length. */
export function parseIrcLine(text: string): IrcLine | null {
  if (text.length > lineLengthMax) return null;
  const line = withoutEnd(text);
  if (line === '') return null;
  let at = 0;
  let tags: ReadonlyMap<string, string> = noTags;
  if (line.startsWith('@')) {
    at = line.indexOf(' ');
    if (at === -1) return null;
    tags = parseTags(line.slice(1, at));
    at = skipSpaces(line, at);
  }
  let prefix = '';
  if (line[at] === ':') {
    const end = line.indexOf(' ', at);
    if (end === -1) return null;
    prefix = line.slice(at + 1, end);
    at = skipSpaces(line, end);
  }
  const trailingAt = line.indexOf(' :', at);
  const head = line
    .slice(at, trailingAt === -1 ? line.length : trailingAt)
    .split(' ')
    .filter(Boolean);
  const [command, ...params] = head;
  if (command === undefined || !/^[A-Z]+$|^\d{3}$/.test(command)) return null;
  if (trailingAt !== -1) params.push(line.slice(trailingAt + 2));
  return { tags, login: loginOf(prefix), command, params };
}

const noTags: ReadonlyMap<string, string> = new Map();

/** The line without the CR and LF at its end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
  return text.slice(0, end);
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ') at++;
  return at;
}

/** `nick!user@host`; a server's name has no `!`. Twitch makes nick and user the same, but sends some lines without a nick. */
function loginOf(prefix: string): string {
  const mark = prefix.indexOf('!');
  if (mark === -1) return '';
  const nick = prefix.slice(0, mark);
  const user = prefix.slice(mark + 1).split('@', 1)[0] ?? '';
  return (nick || user).toLowerCase();
}

function parseTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(';')) {
    const mark = tag.indexOf('=');
    if (mark === -1) tags.set(tag, '');
    else tags.set(tag.slice(0, mark), unescapeTag(tag.slice(mark + 1)));
  }
  return tags;
}

const escaped: Readonly<Record<string, string>> = { ':': ';', s: ' ', '\\': '\\', r: '\r', n: '\n' };

/** As IRCv3 says: a backslash before any other character falls away, so does one at the end. */
const unescapeTag = (value: string): string =>
  value.includes('\\') ? value.replace(/\\(.?)/gsu, (_, next: string) => escaped[next] ?? next) : value;
