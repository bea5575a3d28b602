import type { Platform } from './post.ts';
import { isUuid } from './uuid.ts';

/**
 * The key of a post in the store: a UUID for every platform. A Twitch message id is one already; an X id is
 * written into the low bits, so that keys sort as X ids do, which is by time.
 */
export function postKey(platform: Platform, platformId: string): string {
  if (platform === 'TWITCH') return platformId;
  const hex = BigInt(platformId).toString(16).padStart(32, '0');
  // Joined, not added up: V8 would keep the parts, with an object for each, as long as the key.
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The platform's own id of a key that `postKey` made. */
export function platformIdOf(platform: Platform, key: string): string {
  return platform === 'TWITCH' ? key : BigInt(`0x${key.replaceAll('-', '')}`).toString();
}

/** Whether the text can be an id of the platform: decimal digits on X, a UUID on Twitch. */
export function isPlatformId(platform: Platform, text: string): boolean {
  return platform === 'TWITCH' ? isUuid(text) : /^\d{1,38}$/.test(text);
}
