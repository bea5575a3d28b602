import type { Received } from '../twitch/message.ts';
import type { ChatItem } from '../twitch/read-chat.ts';
import { parseLine } from './line.ts';
import { readEventMessage } from './message.ts';
import { readTimelineEvent } from './timeline.ts';

/**
 * Reads a line of EventSub. Null when it is neither a message nor an event, or when another channel sent it into a
 * shared chat.
 */
export function readEvent(line: string, received: Received): ChatItem | null {
  const notification = parseLine(line);
  if (notification === null) return null;
  const { event } = notification;
  const source = event.source_broadcaster_user_id ?? null;
  if (source !== null && source !== event.broadcaster_user_id) return null;
  const sentAt = Date.parse(notification.at);
  const at = Number.isNaN(sentAt) ? received.at : sentAt;
  const place = {
    channel: event.broadcaster_user_login.toLowerCase(),
    channelId: event.broadcaster_user_id,
  };
  if (notification.type === 'channel.chat.message') {
    const post = readEventMessage(notification, at, received, line);
    return post === null ? null : { ...place, post };
  }
  const channelEvent = readTimelineEvent(notification, at);
  return channelEvent === null ? null : { ...place, event: channelEvent };
}
