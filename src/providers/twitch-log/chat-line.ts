/** What is told of a message or notice by a log that has no lines of IRC. */
export type Told = {
  readonly command: 'PRIVMSG' | 'USERNOTICE' | 'CLEARCHAT';
  readonly channel: string;
  /** Empty: the server says it. */
  readonly login: string;
  readonly text: string;
  /** By their names in IRC; empty ones are left out. */
  readonly tags: Readonly<Record<string, string | null>>;
};

/** A line of IRC that says what a log tells: so one parser reads all formats, and reads what was kept of them again. */
export function toChatLine({ command, channel, login, text, tags }: Told): string {
  const told = Object.entries(tags).flatMap(([name, value]) =>
    value ? [`${name}=${escapeTag(value)}`] : [],
  );
  const prefix = login === '' ? 'tmi.twitch.tv' : `${login}!${login}@${login}.tmi.twitch.tv`;
  const trailing = text === '' ? '' : ` :${text.replace(/[\r\n]+/g, ' ')}`;
  return `${told.length === 0 ? '' : `@${told.join(';')} `}:${prefix} ${command} #${channel}${trailing}`;
}

const escapes: Readonly<Record<string, string>> = {
  ';': '\\:',
  ' ': '\\s',
  '\\': '\\\\',
  '\r': '\\r',
  '\n': '\\n',
};

const escapeTag = (value: string): string => value.replace(/[; \\\r\n]/g, (one) => escapes[one] ?? one);
