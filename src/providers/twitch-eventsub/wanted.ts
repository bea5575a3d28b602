import type { UserGrant } from './user-token.ts';

/** A subscription that a channel needs. */
export type Wanted = {
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  /** Whether the channel is unreadable without it. */
  readonly isRequired: boolean;
};

/** Subscriptions per channel; the user's own channel has `moreOfOwn` in addition. */
export const perChannel = 6;
export const moreOfOwn = 3;

/**
 * Returns the subscriptions of a channel. Chat subscriptions are free for a user who allows reading. Bans with their
 * length and hype trains are visible to the broadcaster only, so they need the broadcaster's own token with the scope.
 * In another user's channel, `channel.update` costs one of ten points, so it may be refused.
 */
export function wantedOf(channelId: string, { userId, scopes }: UserGrant): readonly Wanted[] {
  const isOwn = channelId === userId;
  const bans = isOwn && scopes.has('channel:moderate');
  const trains = isOwn && scopes.has('channel:read:hype_train');
  const chat = { broadcaster_user_id: channelId, user_id: userId };
  const own = { broadcaster_user_id: channelId };
  const required = (type: string, condition: Wanted['condition'] = chat): Wanted => ({
    type,
    version: '1',
    condition,
    isRequired: true,
  });
  const optional = (type: string): Wanted => ({ type, version: '2', condition: own, isRequired: false });
  return [
    required('channel.chat.message'),
    required('channel.chat.notification'),
    required('channel.chat.message_delete'),
    required('channel.chat.clear'),
    // One of the two: both would report the same ban.
    bans ? required('channel.ban', own) : required('channel.chat.clear_user_messages'),
    optional('channel.update'),
    ...(trains ? ['begin', 'progress', 'end'].map((step) => optional(`channel.hype_train.${step}`)) : []),
  ];
}
