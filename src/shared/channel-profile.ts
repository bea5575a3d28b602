import type { AccountProfile } from './post.ts';

type Known = Pick<AccountProfile, 'platformId' | 'handle' | 'displayName' | 'observedAt'>;

/** The profile of a channel on Twitch of which no more than its names is known. */
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
