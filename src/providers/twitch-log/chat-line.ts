/** A message or notice of a log that has no IRC lines. */
export type LoggedChat = {
  readonly command: 'PRIVMSG' | 'USERNOTICE' | 'CLEARCHAT';
  readonly channel: string;
  /** Empty when the server is the sender. */
  readonly login: string;
  readonly text: string;
  /** By IRC tag name; empty values are left out. */
  readonly tags: Readonly<Record<string, string | null>>;
};

/** Writes a logged message as an IRC line. One parser then reads all formats, and can read stored lines again. */
export function toChatLine({ command, channel, login, text, tags }: LoggedChat): string {
  const written = Object.entries(tags).flatMap(([name, value]) =>
    value ? [`${name}=${escapeTag(value)}`] : [],
  );
  const prefix = login === '' ? 'tmi.twitch.tv' : `${login}!${login}@${login}.tmi.twitch.tv`;
  const trailing = text === '' ? '' : ` :${text.replace(/[\r\n]+/g, ' ')}`;
  return `${written.length === 0 ? '' : `@${written.join(';')} `}:${prefix} ${command} #${channel}${trailing}`;
}

const escapes: Readonly<Record<string, string>> = {
  ';': '\\:',
  ' ': '\\s',
  '\\': '\\\\',
  '\r': '\\r',
  '\n': '\\n',
};

const escapeTag = (value: string): string => value.replace(/[; \\\r\n]/g, (one) => escapes[one] ?? one);
