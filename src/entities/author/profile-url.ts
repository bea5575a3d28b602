import type { Platform } from '../../shared/post.ts';

/** The address of a user's page on each platform, by their handle. */
export const profileUrl: { readonly [P in Platform]: (handle: string) => string } = {
  X: (handle) => `https://x.com/${handle}`,
  TWITCH: (handle) => `https://www.twitch.tv/${handle}`,
};
