import type { AccountProfile } from './post.ts';

type Known = Pick<AccountProfile, 'platformId' | 'handle' | 'displayName' | 'observedAt'>;

/** Creates the profile of a Twitch channel whose names only are known. */
export const channelProfile = (known: Known): AccountProfile => ({
  platform: 'TWITCH',
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  ...known,
});
