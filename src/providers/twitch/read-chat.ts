import type { ChannelEvent } from '../../shared/channel-event.ts';
import type { NormalisedPost } from '../../shared/post.ts';
import { readClearChat, readClearMessage, readNotice } from './event.ts';
import { type IrcLine, parseIrcLine } from './irc-line.ts';
import { isShared, readMessage, type Received } from './message.ts';

/** A message or an event of a channel's chat. */
export type ChatItem = {
  /** The channel's login. */
  readonly channel: string;
  /** The channel's Twitch id; null when the line does not have it. */
  readonly channelId: string | null;
} & (
  | { readonly post: NormalisedPost; readonly event?: undefined }
  | { readonly event: ChannelEvent; readonly post?: undefined }
);

/**
 * Reads an IRC line. Null when it is neither a message nor an event of the channel: server lines, and lines that were
 * sent in another channel that shares its chat. The line is stored as `raw`, so that a later parser can read it again.
 */
export function readChat(text: string, received: Received): ChatItem | null {
  const line = parseIrcLine(text);
  if (line === null || isShared(line)) return null;
  const channel = line.params[0];
  if (channel === undefined || !channel.startsWith('#')) return null;
  const place = {
    channel: channel.slice(1).toLowerCase(),
    channelId: line.tags.get('room-id') || null,
  };
  if (line.command === 'PRIVMSG') {
    const post = readMessage(line, received, keptLine(text, received));
    return post === null ? null : { ...place, post };
  }
  const event = readEvent(line, received);
  return event === null ? null : { ...place, event };
}

function readEvent(line: IrcLine, received: Received): ChannelEvent | null {
  if (line.command === 'USERNOTICE') return readNotice(line, received);
  if (line.command === 'CLEARCHAT') return readClearChat(line, received);
  if (line.command === 'CLEARMSG') return readClearMessage(line, received);
  return null;
}

/** The stored payload: the line and what is needed to read it again. */
const keptLine = (line: string, { at, repeated = 0 }: Received): string =>
  JSON.stringify(repeated === 0 ? { line, at } : { line, at, repeated });
