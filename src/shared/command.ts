/** A command to a bot, as a regular expression of Postgres and of JavaScript: letters of ASCII, so that both fold it alike. */
export const commandPattern = '^!([A-Za-z0-9_]{1,30})';
const command = new RegExp(commandPattern);

/** The command that a chat message begins with, in lower case without its `!`; null for any other message. */
export const commandOf = (text: string): string | null =>
  text.startsWith('!') ? (command.exec(text)?.[1]?.toLowerCase() ?? null) : null;
