import type { Sql } from 'postgres';
import { findOrCreateAccount } from '../streams/create.ts';
import type { Collection } from './leases.ts';

/** Notes Twitch's id of a channel that was known by its login alone: by the id it is found under its next name, too. */
export async function learnChannelId(sql: Sql, { login }: Collection, channelId: string): Promise<void> {
  await findOrCreateAccount(sql, {
    platform: 'TWITCH',
    platformId: channelId,
    handle: login,
    displayName: null,
    description: null,
    avatarUrl: null,
    verified: null,
    protected: null,
    joinedAt: null,
    followers: null,
    following: null,
    reportedPosts: null,
    observedAt: Date.now(),
  });
}
