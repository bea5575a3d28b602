import { must } from './errors.ts';
import type { Identified, Platform } from './post.ts';
import { isUuid } from './uuid.ts';

/**
 * Returns the key of a post in the store: a UUID that sorts by time on every platform. An X id, which sorts by time
 * itself, is written into the low bits. The id of a Twitch message is a random UUID and stored in a separate column;
 * its key has the form of a UUIDv7: the milliseconds at which it was sent, then the last 74 bits of the id.
 */
export function postKey(platform: Platform, { platformId, createdAt }: Identified): string {
  if (platform === 'X') return xKey(platformId);
  return messageKey(must(createdAt, 'a message comes with its time'), platformId);
}

/** Returns the key of a post on X. */
export function xKey(platformId: string): string {
  const hex = BigInt(platformId).toString(16).padStart(32, '0');
  // Uses `join`, not `+`: V8 would keep the parts of a concatenation, with an object for each, as long as the key.
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Returns the key of a chat message. */
function messageKey(sentAt: number, platformId: string): string {
  const variant = (Number.parseInt(platformId.charAt(19), 16) & 3) | 8;
  return `${timeOf(sentAt)}${platformId.slice(15, 19)}${variant.toString(16)}${platformId.slice(20)}`;
}

/** Returns the lowest and the highest key of messages that were sent in a millisecond. */
export function timeRange(sentAt: number): readonly [lowest: string, highest: string] {
  const time = timeOf(sentAt);
  return [`${time}000-8000-000000000000`, `${time}fff-bfff-ffffffffffff`];
}

/** Returns the common prefix of all keys of a millisecond. */
function timeOf(sentAt: number): string {
  const hex = Math.max(0, sentAt).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}

/** Returns when the message of a key was sent, in milliseconds since 1970. */
export const sentAtOf = (key: string): number => Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);

/**
 * Returns the part of a message's key that comes from its id: two sightings of one message share it, whatever their
 * times.
 */
export const messageOf = (key: string): string => key.slice(15);

/** Returns X's id of a post from its key. */
export const xIdOf = (key: string): string => BigInt(`0x${key.replaceAll('-', '')}`).toString();

/** Returns the platform's id of a post: the stored one of a chat message, or the X id in the key. */
export const platformIdOf = (post: { readonly postId: string; readonly platformId: string | null }): string =>
  post.platformId ?? xIdOf(post.postId);

/** Whether the text is a possible id of the platform: decimal digits on X, a UUID on Twitch. */
export function isPlatformId(platform: Platform, text: string): boolean {
  return platform === 'TWITCH' ? isUuid(text) : /^\d{1,38}$/.test(text);
}
