import { BadInputError } from './errors.ts';

const login = /^[a-z0-9_]{1,25}$/;
const address = /^(?:https?:\/\/)?(?:www\.|m\.|go\.)?twitch\.tv\/([^/?#]{1,40})(?:[/?#]|$)/i;

/** Whether the text is a Twitch login in lower case. */
export const isLogin = (text: string): boolean => login.test(text);

/**
 * Parses a channel's login as people write it: with @ or # in front, in capitals, with spaces around it, or as a
 * twitch.tv address. Throws BAD_INPUT when it cannot be a login.
 */
export function parseLogin(text: string): string {
  const typed = text.slice(0, 200).trim();
  const name = (address.exec(typed)?.[1] ?? typed.replace(/^[@#]/, '')).toLowerCase();
  if (text.length <= 200 && isLogin(name)) return name;
  throw new BadInputError(
    `Not a login on Twitch: "${text.slice(0, 40)}". One is 1 to 25 of a to z, 0 to 9 and _, with or without @ or # before it`,
  );
}
