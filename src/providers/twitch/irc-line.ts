/** A parsed IRC line as Twitch sends it (IRCv3 with tags). */
export type IrcLine = {
  /** Unescaped tag values; empty when the line has no tags. */
  readonly tags: ReadonlyMap<string, string>;
  /** The sender's login in lower case; empty when the sender is the server, or is not named. */
  readonly login: string;
  readonly command: string;
  readonly params: readonly string[];
};

/**
 * Longest line that is read, in UTF-16 units. Twitch's own lines have at most 8,191 bytes of tags and 512 of the rest.
 */
export const lineLengthMax = 16_384;

/** Parses a line; null when it is malformed or too long. Takes time proportional to its length. */
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

/** Removes CR and LF from the end of a line. */
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

/**
 * Reads `nick!user@host`; a server's name has no `!`. On Twitch, nick and user are the same, but some lines lack the
 * nick.
 */
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

/** As IRCv3 defines: a backslash before any other character, or at the end, is dropped. */
const unescapeTag = (value: string): string =>
  value.includes('\\') ? value.replace(/\\(.?)/gsu, (_, next: string) => escaped[next] ?? next) : value;
