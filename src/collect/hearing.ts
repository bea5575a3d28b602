import { type EventSubOptions, openEventSub } from '../providers/twitch-eventsub/open.ts';
import { openChat } from '../providers/twitch-irc/chat.ts';
import type { ProviderName } from '../shared/post.ts';

/** Told what is heard of the channels, by whatever means. */
type HearingListener = {
  /** A line about a channel, as its provider's reader takes it. Some come twice. */
  line(channel: string, provider: ProviderName, line: string): void;
  /** The channel is heard by this provider from now on. `channelId`: Twitch's id of it; null when it was not told. */
  joined(channel: string, provider: ProviderName, channelId: string | null): void;
  /** Twitch did not let it in; it is tried again later. */
  refused(channel: string, reason: string): void;
  /** Twitch's events cannot be had of the channel, and IRC hears it; they are tried again later. */
  fellBack(channel: string, reason: string): void;
  /** The connection was lost: these channels are not heard until they are `joined` again. */
  lost(channels: readonly string[]): void;
};

type HearingOptions = {
  readonly ircUrl: string;
  readonly eventSub: EventSubOptions | null;
  readonly listener: HearingListener;
};

/** Channels that are heard. */
export type Hearing = {
  /** Hears a channel until it is left; may be asked for again, as is needed once its id is known. */
  join(channel: string, channelId: string | null): void;
  leave(channel: string): void;
  close(): void;
};

/** Hears channels by Twitch's events. IRC hears each channel whenever these do not: before they begin, while they are lost, when they are refused. */
export function openHearing({ ircUrl, eventSub, listener }: HearingOptions): Hearing {
  /** Twitch's ids of the channels, as far as they are known. */
  const channels = new Map<string, string | null>();
  const byEvents = new Set<string>();

  const chat = openChat({
    url: ircUrl,
    listener: {
      line: (channel, line) => listener.line(channel, 'TWITCH_IRC', line),
      joined: (channel, channelId) => listener.joined(channel, 'TWITCH_IRC', channelId),
      refused: (channel, reason) => listener.refused(channel, reason),
      lost(lost) {
        const unheard = lost.filter((channel) => !byEvents.has(channel));
        if (unheard.length > 0) listener.lost(unheard);
      },
    },
  });

  function fallBack(channel: string): void {
    if (!byEvents.delete(channel)) return;
    listener.lost([channel]);
    if (channels.has(channel)) chat.join(channel);
  }

  const events =
    eventSub === null
      ? null
      : openEventSub({
          ...eventSub,
          listener: {
            line: (channel, line) => listener.line(channel, 'TWITCH_EVENTSUB', line),
            joined(channel) {
              byEvents.add(channel);
              chat.leave(channel);
              listener.joined(channel, 'TWITCH_EVENTSUB', channels.get(channel) ?? null);
            },
            refused(channel, reason) {
              fallBack(channel);
              listener.fellBack(channel, reason);
            },
            lost: (lost) => lost.forEach(fallBack),
          },
        });

  return {
    join(channel, channelId) {
      channels.set(channel, channelId);
      if (!byEvents.has(channel)) chat.join(channel);
      if (channelId !== null) events?.join({ login: channel, channelId });
    },
    leave(channel) {
      const channelId = channels.get(channel) ?? null;
      channels.delete(channel);
      byEvents.delete(channel);
      chat.leave(channel);
      if (channelId !== null) events?.leave(channelId);
    },
    close() {
      chat.close();
      events?.close();
    },
  };
}
