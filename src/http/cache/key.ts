import { hash } from 'node:crypto';

/** The longest Accept header of which answers are kept. */
const longestAccept = 200;

/**
 * What tells one answer from another: who asks (by what that lets them see), what kinds of answers they take, and what
 * they ask. Null when an answer is not one to keep: one that comes in events or parts.
 */
export function keyOf(scope: string, accept: string | undefined, asked: Buffer | string): string | null {
  if (accept === undefined) return `${scope} * ${hash('sha256', asked, 'base64')}`;
  if (accept.length > longestAccept || /event-stream|multipart/i.test(accept)) return null;
  return `${scope} ${accept} ${hash('sha256', asked, 'base64')}`;
}
