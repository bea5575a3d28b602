import type { UserGrant } from './user-token.ts';

/** A subscription that a channel is to have. */
export type Wanted = {
  readonly type: string;
  readonly version: string;
  readonly condition: Readonly<Record<string, string>>;
  /** Whether the channel cannot be heard without it. */
  readonly isRequired: boolean;
};

/** Subscriptions of a channel, and how many more the user's own has. */
export const perChannel = 6;
export const moreOfOwn = 3;

/**
 * What is asked for of a channel. Those of the chat cost a user who allows reading it nothing. What is the broadcaster's
 * alone (bans by name and length, hype trains) is asked for when the token is the broadcaster's and has the scope.
 * `channel.update` costs one of ten points in a channel of somebody else, so that it may be refused.
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
    // Either: both would tell of one ban twice.
    bans ? required('channel.ban', own) : required('channel.chat.clear_user_messages'),
    optional('channel.update'),
    ...(trains ? ['begin', 'progress', 'end'].map((step) => optional(`channel.hype_train.${step}`)) : []),
  ];
}
