import type { AuthorRef } from './author-ref.ts';

/** The kinds of channel events that are not messages, with the API's descriptions. */
export const channelEventKinds = {
  MESSAGE_DELETED: { description: 'A moderator deleted one message.' },
  TIMEOUT: {
    description:
      "A chatter was silenced for a while; Twitch took away the chatter's messages. Twitch's events do not tell others than " +
      'the broadcaster whether it was for good.',
  },
  BAN: { description: "A chatter was banned; Twitch took away the chatter's messages." },
  CHAT_CLEARED: { description: 'A moderator cleared the whole chat.' },
  SUBSCRIPTION: { description: 'A chatter subscribed, or shared for how long.' },
  GIFT: { description: 'A chatter gave subscriptions to others.' },
  RAID: { description: 'Another channel sent its viewers.' },
  ANNOUNCEMENT: { description: 'A moderator announced something.' },
  HYPE_TRAIN: { description: 'A hype train began, rose by a level or ended.' },
  CATEGORY: { description: 'The channel changed its category or title.' },
  OTHER: { description: 'Another notice of Twitch.' },
} as const;
export type ChannelEventKind = keyof typeof channelEventKinds;

/** The kinds of entries of a channel's timeline. Cheers are messages and are read from those. */
export const timelineKinds = {
  ...channelEventKinds,
  BITS: { description: 'A chatter sent a message with bits. The message is in the chat, too.' },
} as const;
export type TimelineKind = keyof typeof timelineKinds;

/** Something that happened in a channel. Instants are milliseconds since 1970. */
export type ChannelEvent = {
  /** A UUID: the platform's, or one derived from the event (`shared/derived-id.ts`). */
  readonly platformId: string;
  readonly at: number;
  readonly kind: ChannelEventKind;
  /** Who subscribed, gave, raided or announced; for TIMEOUT and BAN, who was silenced. Null when nobody is named. */
  readonly author: AuthorRef | null;
  /** For MESSAGE_DELETED, the platform's id of the message; else null. */
  readonly messageId: string | null;
  /**
   * Viewers of a RAID, months of a SUBSCRIPTION, subscriptions of a GIFT, seconds of a TIMEOUT, level of a HYPE_TRAIN;
   * null when unknown.
   */
  readonly amount: number | null;
  /** The chatter's text, else Twitch's text; null when there is neither. */
  readonly text: string | null;
};

/** Whether an event deletes messages. */
export const isDeletion = ({ kind }: ChannelEvent): boolean =>
  kind === 'MESSAGE_DELETED' || kind === 'TIMEOUT' || kind === 'BAN' || kind === 'CHAT_CLEARED';
