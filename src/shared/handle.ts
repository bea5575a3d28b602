import { BadInputError } from './errors.ts';

/** Longest handle on X. New ones have at most 15 characters; some old accounts have up to 20. */
export const xHandleMax = 20;

/** A handle on X without @, as a part of a regular expression. Every rule for handles uses this. */
export const xHandleSource = `[A-Za-z0-9_]{1,${xHandleMax}}`;

/** Whether this is a possible handle on X, without @. */
export const isXHandle = (text: string): boolean => text.length <= xHandleMax && /^[A-Za-z0-9_]+$/.test(text);

/**
 * Parses a handle on X; returns it without @. Throws BAD_INPUT for anything else: look-alike letters, spaces, paths.
 */
export function parseXHandle(handle: string): string {
  const parsed = handle.trim().replace(/^@/, '');
  if (isXHandle(parsed)) return parsed;
  throw new BadInputError(
    `Not a handle on X: "${handle.slice(0, 40)}". One is 1 to ${xHandleMax} of A to Z, 0 to 9 and _, with or without a leading @`,
  );
}

/** X allows 20 characters, Twitch 25. */
const anyHandle = /^@?\w{1,25}$/;

/** Parses a handle of any platform; returns it without @. Throws BAD_INPUT when it is not possible on any. */
export function parseHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!anyHandle.test(trimmed)) {
    throw new BadInputError(
      `Not a handle: "${handle.slice(0, 40)}". One is letters, digits and underscores, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}
