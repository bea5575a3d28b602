import { BadInputError } from './errors.ts';

/** Characters of a handle on X at most. New ones have 15; some old accounts have up to 20. */
export const xHandleMax = 20;

/** A handle on X without its @, as a part of a regular expression. Every rule for one is made of this. */
export const xHandleSource = `[A-Za-z0-9_]{1,${xHandleMax}}`;

/** Whether an account on X can have the handle, given without @. */
export const isXHandle = (text: string): boolean => text.length <= xHandleMax && /^[A-Za-z0-9_]+$/.test(text);

/** A handle that an X account can have, without @; BAD_INPUT for anything else: look-alike letters, spaces, paths. */
export function parseXHandle(handle: string): string {
  const parsed = handle.trim().replace(/^@/, '');
  if (isXHandle(parsed)) return parsed;
  throw new BadInputError(
    `Not a handle on X: "${handle.slice(0, 40)}". One is 1 to ${xHandleMax} of A to Z, 0 to 9 and _, with or without a leading @`,
  );
}

/** X allows 20 characters, Twitch 25. */
const anyHandle = /^@?\w{1,25}$/;

/** A handle of any platform as typed, without @; BAD_INPUT when it can be none. */
export function parseHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!anyHandle.test(trimmed)) {
    throw new BadInputError(
      `Not a handle: "${handle.slice(0, 40)}". One is letters, digits and underscores, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}
