import { type EventSubOptions, openEventSub } from '../providers/twitch-eventsub/open.ts';
import { openChat } from '../providers/twitch-irc/chat.ts';
import type { ProviderName } from '../shared/post.ts';

/** Receives what is read of the channels, over EventSub or IRC. */
type ChatReaderListener = {
  /** Called with each line of a channel, in its provider's format. Some lines come twice. */
  line(channel: string, provider: ProviderName, line: string): void;
  /**
   * Called when the channel's messages start to arrive over this provider. `channelId` is its Twitch id; null when it
   * is not known.
   */
  joined(channel: string, provider: ProviderName, channelId: string | null): void;
  /** Called when Twitch refuses the channel; it is tried again later. */
  refused(channel: string, reason: string): void;
  /** Called when Twitch's events are refused for the channel and IRC reads it; events are tried again later. */
  fellBack(channel: string, reason: string): void;
  /** Called when the connection is lost: messages of these channels are missed until they are `joined` again. */
  lost(channels: readonly string[]): void;
};

type ChatReaderOptions = {
  readonly ircUrl: string;
  readonly eventSub: EventSubOptions | null;
  readonly listener: ChatReaderListener;
};

/** Reads channels. */
export type ChatReader = {
  /** Reads a channel until `leave`. Call it again when the channel's id becomes known. */
  join(channel: string, channelId: string | null): void;
  leave(channel: string): void;
  close(): void;
};

/**
 * Reads channels over Twitch's events. IRC reads a channel whenever events do not: before they begin, while their
 * connection is lost, and when they are refused.
 */
export function openChatReader({ ircUrl, eventSub, listener }: ChatReaderOptions): ChatReader {
  /** The Twitch ids of the channels, null while unknown. */
  const channels = new Map<string, string | null>();
  const byEvents = new Set<string>();

  const chat = openChat({
    url: ircUrl,
    listener: {
      line: (channel, line) => listener.line(channel, 'TWITCH_IRC', line),
      joined: (channel, channelId) => listener.joined(channel, 'TWITCH_IRC', channelId),
      refused: (channel, reason) => listener.refused(channel, reason),
      lost(lost) {
        const notByEvents = lost.filter((channel) => !byEvents.has(channel));
        if (notByEvents.length > 0) listener.lost(notByEvents);
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
