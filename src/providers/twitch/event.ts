import type { ChannelEvent, ChannelEventKind } from '../../shared/channel-event.ts';
import { derivedId } from '../../shared/derived-id.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { IrcLine } from './irc-line.ts';
import { readAuthor, type Received, sentAt } from './message.ts';

/** Twitch's names of the notices that have a kind of their own. */
const notices: Readonly<Record<string, ChannelEventKind>> = {
  sub: 'SUBSCRIPTION',
  resub: 'SUBSCRIPTION',
  giftpaidupgrade: 'SUBSCRIPTION',
  anongiftpaidupgrade: 'SUBSCRIPTION',
  primepaidupgrade: 'SUBSCRIPTION',
  subgift: 'GIFT',
  anonsubgift: 'GIFT',
  submysterygift: 'GIFT',
  anonsubmysterygift: 'GIFT',
  raid: 'RAID',
  announcement: 'ANNOUNCEMENT',
};

/** The tags that hold the amount. */
const amounts: Partial<Record<ChannelEventKind, readonly string[]>> = {
  SUBSCRIPTION: ['msg-param-cumulative-months', 'msg-param-months'],
  GIFT: ['msg-param-mass-gift-count'],
  RAID: ['msg-param-viewerCount'],
  TIMEOUT: ['ban-duration'],
};

/** Reads a USERNOTICE: a subscription, gift, raid, announcement, or a newer kind. */
export function readNotice(line: IrcLine, received: Received): ChannelEvent {
  const { tags, params } = line;
  const kind = notices[tags.get('msg-id') ?? ''] ?? 'OTHER';
  const id = tags.get('id') ?? '';
  const at = sentAt(line) ?? received.at;
  const author = readAuthor(line);
  const text = params[1]?.trim() || tags.get('system-msg')?.trim() || null;
  return {
    platformId: isUuid(id) ? id : derivedId('notice', at, kind, author?.handle ?? null, text),
    at,
    kind,
    author,
    messageId: null,
    // Each gift of a mass gift follows with a notice of its own, so the mass gift itself counts none.
    amount: amountOf(line, kind) ?? (kind === 'GIFT' ? Number(!isMassGift(line)) : null),
    text,
  };
}

const isMassGift = ({ tags }: IrcLine) => tags.has('msg-param-mass-gift-count');

/** Reads a CLEARCHAT: a ban or time-out of one chatter, or of the whole chat. */
export function readClearChat(line: IrcLine, received: Received): ChannelEvent {
  const at = sentAt(line) ?? received.at;
  const author = silenced(line);
  const kind = author === null ? 'CHAT_CLEARED' : line.tags.has('ban-duration') ? 'TIMEOUT' : 'BAN';
  return {
    platformId: derivedId('clear', at, kind, author?.platformId ?? author?.handle ?? null),
    at,
    kind,
    author,
    messageId: null,
    amount: amountOf(line, kind),
    text: null,
  };
}

function silenced({ tags, params }: IrcLine): AuthorRef | null {
  const handle = params[1]?.trim().toLowerCase() ?? '';
  if (handle === '') return null;
  return { platformId: tags.get('target-user-id') || null, handle, displayName: null, avatarUrl: null };
}

/** Reads a CLEARMSG, the deletion of one message; null when the line does not name it. */
export function readClearMessage(line: IrcLine, received: Received): ChannelEvent | null {
  const messageId = line.tags.get('target-msg-id') ?? '';
  if (!isUuid(messageId)) return null;
  const handle = line.tags.get('login')?.toLowerCase() ?? '';
  return {
    platformId: derivedId('delete', messageId),
    at: sentAt(line) ?? received.at,
    kind: 'MESSAGE_DELETED',
    author: handle === '' ? null : { platformId: null, handle, displayName: null, avatarUrl: null },
    messageId,
    amount: null,
    // The text of the message is not repeated, since it is deleted here, too.
    text: null,
  };
}

function amountOf({ tags }: IrcLine, kind: ChannelEventKind): number | null {
  for (const name of amounts[kind] ?? []) {
    const value = tags.get(name) ?? '';
    if (/^\d{1,9}$/.test(value)) return Number(value);
  }
  return null;
}
