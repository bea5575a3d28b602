import { z } from 'zod';
import { derivedId } from '../../shared/derived-id.ts';
import { type ChatEmote, type NormalisedPost, unknownMetrics } from '../../shared/post.ts';
import { isUuid } from '../../shared/uuid.ts';
import { emotePicture } from '../twitch/emotes.ts';
import { withoutFiller } from '../twitch/filler.ts';
import { readAction, type Received } from '../twitch/message.ts';
import type { Notification } from './line.ts';

const emotesMax = 500;
const badgesMax = 30;

const message = z.object({
  message_id: z.string().max(500),
  chatter_user_id: z.string().min(1).max(20),
  chatter_user_login: z.string().min(1).max(100),
  chatter_user_name: z.string().max(200),
  message: z.object({
    text: z.string(),
    fragments: z.array(
      z.object({ text: z.string(), emote: z.object({ id: z.string().max(200) }).nullish() }),
    ),
  }),
  color: z.string().max(20).nullish(),
  badges: z.array(z.object({ set_id: z.string(), id: z.string(), info: z.string().nullish() })).nullish(),
  cheer: z
    .object({
      bits: z
        .number()
        .int()
        .positive()
        .max(2 ** 31 - 1),
    })
    .nullish(),
  reply: z
    .object({
      parent_message_id: z.string().max(500),
      parent_user_id: z.string().max(20).nullish(),
      parent_user_login: z.string().max(100).nullish(),
    })
    .nullish(),
});
type Message = z.infer<typeof message>;

/**
 * Reads a `channel.chat.message`; null when it is malformed. `at` is when Twitch sent the notification, since the event
 * has no time of its own.
 */
export function readEventMessage(
  { id, event }: Notification,
  at: number,
  received: Received,
  raw: string,
): NormalisedPost | null {
  const said = message.safeParse(event).data;
  if (said === undefined) return null;
  const { reply, color } = said;
  const written = said.message.text;
  const action = readAction(written);
  const { text, emotes } = withoutFiller(
    action ?? written,
    emotesOf(said, action === null ? 0 : written.indexOf(action)),
  );
  const parent = reply?.parent_message_id ?? '';
  return {
    platformId: isUuid(said.message_id) ? said.message_id : derivedId('eventsub', id),
    author: {
      platformId: said.chatter_user_id,
      handle: said.chatter_user_login.toLowerCase(),
      displayName: said.chatter_user_name.trim() || null,
      avatarUrl: null,
    },
    own: true,
    kind: 'MESSAGE',
    text,
    createdAt: at,
    language: undefined,
    metrics: unknownMetrics,
    observedAt: received.observedAt,
    entities: null,
    media: [],
    replyTo: isUuid(parent)
      ? {
          postId: parent,
          authorId: reply?.parent_user_id || null,
          handle: reply?.parent_user_login || null,
        }
      : null,
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: {
      emotes,
      isAction: action !== null,
      bits: said.cheer?.bits ?? 0,
      // EventSub sends neither.
      isFirst: null,
      isReturning: null,
      badges: badgesOf(said),
      subscribedMonths: monthsOf(said),
      color: color && /^#[0-9a-f]{6}$/i.test(color) ? color.toUpperCase() : null,
    },
    raw,
  };
}

/**
 * Returns the emotes of a message. Its fragments are the text in order; the first `skipped` units come before the text
 * that is kept.
 */
function emotesOf({ message: { fragments } }: Message, skipped: number): readonly ChatEmote[] {
  const emotes: ChatEmote[] = [];
  let start = -skipped;
  for (const { text, emote } of fragments) {
    if (emotes.length === emotesMax) break;
    if (emote && start >= 0 && text !== '' && !/\s/.test(text))
      emotes.push({ name: text, imageUrl: emotePicture(emote.id), start });
    start += text.length;
  }
  return emotes;
}

const badgesOf = ({ badges }: Message): readonly string[] =>
  (badges ?? [])
    .map(({ set_id, id }) => `${set_id}/${id}`)
    .filter((badge) => badge.length <= 100)
    .slice(0, badgesMax);

function monthsOf({ badges }: Message): number | null {
  const info = badges?.find(({ set_id }) => set_id === 'subscriber' || set_id === 'founder')?.info ?? '';
  return /^\d{1,5}$/.test(info) ? Number(info) : null;
}
