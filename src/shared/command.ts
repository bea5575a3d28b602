/**
 * A bot command, as a regular expression for both Postgres and JavaScript: only ASCII letters, so that both fold it
 * alike.
 */
export const commandPattern = '^!([A-Za-z0-9_]{1,30})';
const command = new RegExp(commandPattern);

/** Returns the command at the start of a chat message, in lower case without its `!`; null when there is none. */
export const commandOf = (text: string): string | null =>
  text.startsWith('!') ? (command.exec(text)?.[1]?.toLowerCase() ?? null) : null;
