import { BadInputError } from './errors.ts';

/** X allows 15 characters, Twitch 25. */
const handlePattern = /^@?\w{1,25}$/;

/** A handle as typed, without @; BAD_INPUT when it can be none. */
export function parseHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!handlePattern.test(trimmed)) {
    throw new BadInputError(
      `Not a handle: "${handle.slice(0, 40)}". One is letters, digits and underscores, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}

const xHandlePattern = /^@?[A-Za-z0-9_]{1,15}$/;

/** A handle that an X account can have, without @; BAD_INPUT for anything else: look-alike letters, spaces, paths. */
export function parseXHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!xHandlePattern.test(trimmed)) {
    throw new BadInputError(
      `Not a handle on X: "${handle.slice(0, 40)}". One is 1 to 15 of A to Z, 0 to 9 and _, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}
