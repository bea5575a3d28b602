import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The prefix of all keys, so that people and secret scanners recognise them. */
const prefix = 'lark_';

/** Creates a key of 256 random bits. */
export const makeToken = (): string => `${prefix}${randomBytes(32).toString('base64url')}`;

/** Returns the stored hash of a key. One round of SHA-256 is enough: nobody can try all values of 256 random bits. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Longer texts are not read. */
const longestToken = 500;

/** Reads the key of an Authorization header; null when it has none. */
export function tokenOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > longestToken) return null;
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1] ?? null;
}

/** Whether an Authorization header has this token. Takes constant time. */
export function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = tokenOf(authorization);
  return given !== null && timingSafeEqual(hashOf(given), hashOf(token));
}
