import { derivedId } from '../../shared/derived-id.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import { type ChatExtras, type NormalisedPost, unknownMetrics } from '../../shared/post.ts';
import { isUuid } from '../../shared/uuid.ts';
import { readEmotes } from './emotes.ts';
import { withoutFiller } from './filler.ts';
import type { IrcLine } from './irc-line.ts';

/** When a line arrived, for what the line itself does not say. In ms since 1970. */
export type Received = {
  /** When it was sent, used when the line has no time. */
  readonly at: number;
  /** When it was read: the time of its figures and names. */
  readonly observedAt: number;
  /**
   * The number of earlier lines without an id that have the same text and instant, which keeps them apart. Default: 0.
   */
  readonly repeated?: number;
};

/** Returns when Twitch sent a line, by its tag; null when it has none. */
export function sentAt({ tags }: IrcLine): number | null {
  const stamp = tags.get('tmi-sent-ts') ?? '';
  return /^\d{1,15}$/.test(stamp) ? Number(stamp) : null;
}

/** Whether a message was sent in another channel that shares its chat with this one; it counts in that channel. */
export function isShared({ tags }: IrcLine): boolean {
  const source = tags.get('source-room-id') ?? '';
  return source !== '' && source !== tags.get('room-id');
}

/** Reads the chat message of a PRIVMSG line; null when it names no author. */
export function readMessage(line: IrcLine, received: Received, raw: string): NormalisedPost | null {
  const author = readAuthor(line);
  if (author === null) return null;
  const { tags } = line;
  const createdAt = sentAt(line) ?? received.at;
  const written = line.params[1] ?? '';
  const action = readAction(written);
  const body = action ?? written;
  const { text, emotes } = withoutFiller(body, readEmotes(tags.get('emotes') ?? '', body));
  const id = tags.get('id') ?? '';
  const parent = tags.get('reply-parent-msg-id') ?? '';
  return {
    platformId: isUuid(id)
      ? id
      : derivedId('message', createdAt, author.handle, written, received.repeated ?? 0),
    author,
    own: true,
    kind: 'MESSAGE',
    text,
    createdAt,
    language: undefined,
    metrics: unknownMetrics,
    observedAt: received.observedAt,
    entities: null,
    media: [],
    replyTo: isUuid(parent)
      ? {
          postId: parent,
          authorId: tags.get('reply-parent-user-id') || null,
          handle: tags.get('reply-parent-user-login') || null,
        }
      : null,
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: { ...readExtras(tags), emotes, isAction: action !== null },
    raw,
  };
}

const actionStart = '\u0001ACTION ';

/** Returns the text that was written with /me; null for any other message. */
export function readAction(written: string): string | null {
  if (!written.startsWith(actionStart)) return null;
  return written.slice(actionStart.length, written.endsWith('\u0001') ? -1 : undefined);
}

/** Returns the sender: by the tags, else by the prefix; null when neither names a login. */
export function readAuthor({ tags, login }: IrcLine): AuthorRef | null {
  const handle = tags.get('login') || login;
  if (handle === '') return null;
  return {
    platformId: tags.get('user-id') || null,
    handle,
    displayName: tags.get('display-name')?.trim() || null,
    avatarUrl: null,
  };
}

/** Reads the tags of a message; without tags, nothing is known. */
function readExtras(tags: IrcLine['tags']): Omit<ChatExtras, 'emotes' | 'isAction'> {
  const bits = Number(tags.get('bits') ?? 0);
  const flag = (name: string) => (tags.has(name) ? tags.get(name) === '1' : null);
  const months = Number(
    /(?:subscriber|founder)\/(\d{1,5})/.exec(tags.get('badge-info') ?? '')?.[1] ?? Number.NaN,
  );
  const color = tags.get('color') ?? '';
  return {
    badges: readBadges(tags.get('badges') ?? ''),
    bits: Number.isSafeInteger(bits) && bits > 0 && bits < 2 ** 31 ? bits : 0,
    isFirst: flag('first-msg'),
    isReturning: flag('returning-chatter'),
    subscribedMonths: Number.isNaN(months) ? null : months,
    color: /^#[0-9a-f]{6}$/i.test(color) ? color.toUpperCase() : null,
  };
}

/** Splits `subscriber/12,premium/1` into a list. */
const readBadges = (tag: string): readonly string[] =>
  tag === '' ? [] : tag.split(',', 30).filter((badge) => badge !== '' && badge.length <= 100);
