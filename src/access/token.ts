import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What every key that larkstat makes begins with, so that people and scanners of secrets recognize it. */
const prefix = 'lark_';

/** A new key: 256 random bits. */
export const makeToken = (): string => `${prefix}${randomBytes(32).toString('base64url')}`;

/** What is kept of a key. One round of SHA-256 is enough: nobody can try all values of 256 random bits. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Longer texts are not looked at. */
const longestToken = 500;

/** The key in an Authorization header; null when it holds none. */
export function tokenOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > longestToken) return null;
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1] ?? null;
}

/** Whether an Authorization header holds this token; the time that it takes tells nothing of the token. */
export function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = tokenOf(authorization);
  return given !== null && timingSafeEqual(hashOf(given), hashOf(token));
}
