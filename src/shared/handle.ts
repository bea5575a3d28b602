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
