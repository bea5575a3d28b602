import type { Received } from '../twitch/message.ts';
import type { ChatItem } from '../twitch/read-chat.ts';
import { parseLine } from './line.ts';
import { readEventMessage } from './message.ts';
import { readTimelineEvent } from './timeline.ts';

/** What EventSub tells of a channel; null for what is neither a message nor an event, and for what another channel sent into a shared chat. */
export function readEvent(line: string, received: Received): ChatItem | null {
  const told = parseLine(line);
  if (told === null) return null;
  const { event } = told;
  const source = event.source_broadcaster_user_id ?? null;
  if (source !== null && source !== event.broadcaster_user_id) return null;
  const sentAt = Date.parse(told.at);
  const at = Number.isNaN(sentAt) ? received.at : sentAt;
  const place = {
    channel: event.broadcaster_user_login.toLowerCase(),
    channelId: event.broadcaster_user_id,
  };
  if (told.type === 'channel.chat.message') {
    const post = readEventMessage(told, at, received, line);
    return post === null ? null : { ...place, post };
  }
  const happened = readTimelineEvent(told, at);
  return happened === null ? null : { ...place, event: happened };
}
