import { z } from 'zod';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { derivedId } from '../../shared/derived-id.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import { isUuid } from '../../shared/uuid.ts';
import { readNotification } from './notification.ts';
import type { Notification } from './line.ts';

const name = z.string().max(200);
const removal = z.object({
  message_id: z.string(),
  target_user_id: name.nullish(),
  target_user_login: name.nullish(),
  target_user_name: name.nullish(),
});
const silencing = removal.omit({ message_id: true }).required({ target_user_login: true });
const ban = z.object({
  user_id: name,
  user_login: name.min(1),
  user_name: name.nullish(),
  banned_at: z.iso.datetime(),
  ends_at: z.iso.datetime().nullish(),
});
const update = z.object({ title: z.string().max(1_000), category_name: z.string().max(500) });
const train = z.object({
  id: name,
  level: z.number().int().min(0).max(1_000_000),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullish(),
});

/**
 * Reads a channel event that is not a message; null when its type is not stored. `at` is when Twitch sent the
 * notification.
 */
export function readTimelineEvent(notification: Notification, at: number): ChannelEvent | null {
  switch (notification.type) {
    case 'channel.chat.notification':
      return readNotification(notification, at);
    case 'channel.chat.message_delete':
      return readRemoval(notification, at);
    case 'channel.chat.clear':
      return { ...bare, platformId: derivedId('clear', at, 'CHAT_CLEARED', null), at, kind: 'CHAT_CLEARED' };
    case 'channel.chat.clear_user_messages':
      return readSilencing(notification, at);
    case 'channel.ban':
      return readBan(notification);
    case 'channel.update':
      return readUpdate(notification, at);
    default:
      return notification.type.startsWith('channel.hype_train.') ? readTrain(notification, at) : null;
  }
}

const bare = { author: null, messageId: null, amount: null, text: null } as const;

function readRemoval({ event }: Notification, at: number): ChannelEvent | null {
  const said = removal.safeParse(event).data;
  if (said === undefined || !isUuid(said.message_id)) return null;
  const { message_id: messageId } = said;
  // IRC's line for the same deletion derives the same id.
  return {
    ...bare,
    platformId: derivedId('delete', messageId),
    at,
    kind: 'MESSAGE_DELETED',
    author: targetOf(said),
    messageId,
  };
}

/** Whether it is a time-out or a ban is known to the broadcaster only, by `channel.ban`. */
function readSilencing({ event }: Notification, at: number): ChannelEvent | null {
  const said = silencing.safeParse(event).data;
  const author = said === undefined ? null : targetOf(said);
  if (author === null) return null;
  const platformId = derivedId('clear', at, 'TIMEOUT', author.platformId ?? author.handle);
  return { ...bare, platformId, at, kind: 'TIMEOUT', author };
}

function readBan({ event }: Notification): ChannelEvent | null {
  const said = ban.safeParse(event).data;
  if (said === undefined) return null;
  const at = Date.parse(said.banned_at);
  const seconds = said.ends_at ? Math.round((Date.parse(said.ends_at) - at) / 1_000) : null;
  const kind = seconds === null ? 'BAN' : 'TIMEOUT';
  return {
    ...bare,
    platformId: derivedId('clear', at, kind, said.user_id),
    at,
    kind,
    author: authorOf(said.user_id, said.user_login, said.user_name),
    amount: seconds,
  };
}

function readUpdate({ id, event }: Notification, at: number): ChannelEvent | null {
  const said = update.safeParse(event).data;
  if (said === undefined) return null;
  const text = [said.category_name, said.title].filter((part) => part.trim() !== '').join(': ') || null;
  return { ...bare, platformId: derivedId('update', id), at, kind: 'CATEGORY', text };
}

function readTrain({ type, event }: Notification, at: number): ChannelEvent | null {
  const said = train.safeParse(event).data;
  const step = type.slice(type.lastIndexOf('.') + 1);
  const verb = trainSteps[step];
  if (said === undefined || verb === undefined) return null;
  const { id, level, started_at: startedAt, ended_at: endedAt } = said;
  const when = step === 'begin' ? startedAt : step === 'end' ? endedAt : null;
  return {
    ...bare,
    platformId: derivedId('hype-train', id, step, level),
    at: when ? Date.parse(when) : at,
    kind: 'HYPE_TRAIN',
    amount: level,
    text: `A hype train ${verb} level ${level}`,
  };
}

const trainSteps: Readonly<Record<string, string>> = {
  begin: 'began at',
  progress: 'rose to',
  end: 'ended at',
};

const targetOf = (said: z.infer<typeof silencing> | z.infer<typeof removal>): AuthorRef | null =>
  authorOf(said.target_user_id, said.target_user_login, said.target_user_name);

function authorOf(
  id: string | null | undefined,
  login: string | null | undefined,
  displayName: string | null | undefined,
): AuthorRef | null {
  const handle = login?.trim().toLowerCase() ?? '';
  if (handle === '') return null;
  return { platformId: id || null, handle, displayName: displayName?.trim() || null, avatarUrl: null };
}
