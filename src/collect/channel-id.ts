import type { Sql } from 'postgres';
import { channelProfile } from '../shared/channel-profile.ts';
import { findOrCreateAccount } from '../streams/create.ts';
import type { Collection } from './leases.ts';

/**
 * Stores the Twitch id of a channel that was known by its login only. By the id it is found even after it is renamed.
 */
export async function learnChannelId(sql: Sql, { login }: Collection, channelId: string): Promise<void> {
  const profile = { platformId: channelId, handle: login, displayName: null, observedAt: Date.now() };
  await findOrCreateAccount(sql, channelProfile(profile));
}
