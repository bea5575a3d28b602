import { BadInputError } from './errors.ts';

/** X allows 15 characters, Twitch 25. */
const handlePattern = /^@?\w{1,25}$/;

/** A handle as typed, without @; BAD_INPUT where it can be none. */
export function parseHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!handlePattern.test(trimmed)) {
    throw new BadInputError(
      `Not a handle: "${handle.slice(0, 40)}". One is letters, digits and underscores, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}

/** A handle of X as typed, without @; BAD_INPUT where X can have none such. */
export function parseXHandle(handle: string): string {
  const trimmed = handle.trim();
  if (!/^@?[A-Za-z0-9_]{1,15}$/.test(trimmed)) {
    throw new BadInputError(
      `Not a handle of X: "${handle.slice(0, 40)}". One is 1 to 15 letters a-z, digits and underscores, with or without a leading @`,
    );
  }
  return trimmed.replace(/^@/, '');
}
