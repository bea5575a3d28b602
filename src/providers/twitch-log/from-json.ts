import { z } from 'zod';
import { toChatLine } from './chat-line.ts';

/** A JSON record, converted to an IRC line. */
export type JsonLine = {
  readonly line: string;
  /** When it was sent; null when the line says so itself. In whole seconds when `isExact` is false. */
  readonly at: number | null;
  readonly isExact: boolean;
};

const text = z.string();
const optional = text.nullish();

/** A message as TwitchDownloader writes it. */
const downloaded = z.object({
  _id: text,
  created_at: optional,
  channel_id: z.union([text, z.number()]).nullish(),
  content_offset_seconds: z.number(),
  commenter: z.object({ _id: z.union([text, z.number()]), name: text, display_name: optional }).nullish(),
  message: z.object({
    body: text,
    bits_spent: z.number().nullish(),
    fragments: z
      .array(z.object({ text: optional, emoticon: z.object({ emoticon_id: text }).nullish() }))
      .nullish(),
    user_badges: z.array(z.object({ _id: text, version: z.union([text, z.number()]) })).nullish(),
    user_color: optional,
    user_notice_params: z.object({ msg_id: optional }).nullish(),
  }),
});

/** A message as twitch-archiver stores it, in the format of Twitch's own GraphQL. */
const archived = z.object({
  id: text,
  createdAt: text,
  commenter: z.object({ id: text, login: text, displayName: optional }).nullish(),
  message: z.object({
    fragments: z.array(z.object({ text, emote: z.object({ emoteID: optional, id: optional }).nullish() })),
    userBadges: z.array(z.object({ setID: text, version: text }).partial()).nullish(),
    userColor: optional,
  }),
});

/** A line as justlog and rustlog return it. */
const logged = z.object({
  raw: optional,
  text: optional,
  username: optional,
  displayName: optional,
  channel: optional,
  timestamp: optional,
  type: z.number().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
});

/** The header of the file. */
export type JsonHeader = { readonly login: string | null; readonly startedAt: number | null };

/** Reads a record; returns the reason as a string when it cannot be read. */
export function readJsonRecord(record: string, header: JsonHeader): JsonLine | string {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch {
    return record === '' ? 'it is too long' : 'it is not JSON';
  }
  const asDownloader = downloaded.safeParse(value);
  if (asDownloader.success) return fromDownloader(asDownloader.data, header);
  const asArchiver = archived.safeParse(value);
  if (asArchiver.success) return fromArchiver(asArchiver.data, header);
  const asLogger = logged.safeParse(value);
  return asLogger.success ? fromLogger(asLogger.data) : 'it is no message of a known form';
}

function fromDownloader(
  { _id, commenter, message, created_at, channel_id, content_offset_seconds }: z.infer<typeof downloaded>,
  { login, startedAt }: JsonHeader,
): JsonLine | string {
  if (!commenter) return 'its author was deleted';
  const computed = Date.parse(created_at ?? '');
  // TwitchDownloader computes a message's time from the offset and truncates it; the offset itself may have fractions
  // of a second.
  const at = startedAt === null ? computed : startedAt + Math.round(content_offset_seconds * 1_000);
  if (Number.isNaN(at)) return 'it has no time';
  const notice = message.user_notice_params?.msg_id ?? null;
  const isNotice = notice !== null && /^(?:sub|resub|subgift|raid|announcement|.*gift.*)$/.test(notice);
  const parts = (message.fragments ?? []).map(({ text: part, emoticon }) => ({
    text: part ?? '',
    emote: emoticon?.emoticon_id ?? null,
  }));
  const isWhole = parts.map((part) => part.text).join('') === message.body;
  const line = toChatLine({
    command: isNotice ? 'USERNOTICE' : 'PRIVMSG',
    channel: login ?? '',
    login: commenter.name.toLowerCase(),
    text: message.body,
    tags: {
      id: _id,
      'user-id': String(commenter._id),
      'room-id': channel_id == null ? null : String(channel_id),
      'display-name': commenter.display_name ?? null,
      badges: (message.user_badges ?? []).map((badge) => `${badge._id}/${badge.version}`).join(','),
      color: message.user_color ?? null,
      bits: message.bits_spent ? String(message.bits_spent) : null,
      emotes: isWhole ? emotesTag(parts) : null,
      'msg-id': notice,
    },
  });
  return { line, at, isExact: at % 1_000 !== 0 };
}

function fromArchiver(
  { id, createdAt, commenter, message }: z.infer<typeof archived>,
  { login }: JsonHeader,
): JsonLine | string {
  if (!commenter) return 'its author was deleted';
  const at = Date.parse(createdAt);
  if (Number.isNaN(at)) return 'it has no time';
  const parts = message.fragments.map(({ text: part, emote }) => ({
    text: part,
    emote: emote?.emoteID ?? null,
  }));
  const badges = (message.userBadges ?? []).filter(({ setID }) => setID);
  const line = toChatLine({
    command: 'PRIVMSG',
    channel: login ?? '',
    login: commenter.login.toLowerCase(),
    text: parts.map((part) => part.text).join(''),
    tags: {
      id,
      'user-id': commenter.id,
      'display-name': commenter.displayName ?? null,
      badges: badges.map(({ setID, version }) => `${setID}/${version ?? ''}`).join(','),
      color: message.userColor ?? null,
      emotes: emotesTag(parts),
    },
  });
  return { line, at, isExact: at % 1_000 !== 0 };
}

function fromLogger(record: z.infer<typeof logged>): JsonLine | string {
  const at = Date.parse(record.timestamp ?? '');
  const time = Number.isNaN(at) ? null : at;
  if (record.raw) return { line: record.raw, at: time, isExact: true };
  if (time === null) return 'it has no time';
  if ((record.type ?? 1) !== 1 || !record.username || record.text == null)
    return 'it is no message of a known form';
  const line = toChatLine({
    command: 'PRIVMSG',
    channel: record.channel ?? '',
    login: record.username.toLowerCase(),
    text: record.text,
    tags: { 'display-name': record.displayName ?? null, ...record.tags },
  });
  return { line, at: time, isExact: true };
}

/** Builds the `emotes` tag of a text that is given in parts. Positions count code points. */
function emotesTag(parts: readonly { readonly text: string; readonly emote: string | null }[]): string {
  let at = 0;
  const found: string[] = [];
  for (const { text: part, emote } of parts) {
    const { length } = [...part];
    if (emote && length > 0) found.push(`${emote}:${at}-${at + length - 1}`);
    at += length;
  }
  return found.join('/');
}
