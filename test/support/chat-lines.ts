import type { Database } from '../../src/db/client.ts';
import { readChat } from '../../src/providers/twitch/read-chat.ts';
import type { ChannelEvent } from '../../src/shared/channel-event.ts';
import type { NormalisedPost } from '../../src/shared/post.ts';
import { ingest } from '../../src/streams/ingest.ts';
import { observed } from './posts.ts';

/** A chat message, for a line of IRC. */
export type Said = {
  /** Makes its id unique. */
  readonly number: number;
  readonly login: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  /** Names of emotes, matched as whole words. */
  readonly emotes?: readonly string[];
  /** Undefined: the line has no such tag. */
  readonly isFirst?: boolean | undefined;
  readonly isReturning?: boolean | undefined;
};

/** The Twitch id of a message. */
export const messageIdOf = (number: number) =>
  `885196de-cb67-427a-baa8-82f9${String(number).padStart(8, '0')}`;

/**
 * Ids of chatters, with gaps of all lengths between them. One begins with a zero, and one has too many digits for a
 * number. '' stands for a chatter whose id no log contains.
 */
export const oddUserIds = [
  '7',
  '8',
  '300',
  '70000',
  '20000000',
  '4294967296',
  '6000000000',
  '99999999999999',
  '012',
  '9999999999999999',
  '',
] as const;

export function lineOf({ number, login, userId, at, text, emotes = [], ...marks }: Said): string {
  const places = emotes.flatMap((name) => {
    const found: string[] = [];
    let start = 0;
    for (const word of text.split(' ')) {
      if (word === name) found.push(`${start}-${start + [...name].length - 1}`);
      start += [...word].length + 1;
    }
    return found.length === 0 ? [] : [`emotesv2_${name}:${found.join(',')}`];
  });
  const tag = (name: string, mark: boolean | undefined) =>
    mark === undefined ? '' : `${name}=${mark ? 1 : 0};`;
  const tags = `${tag('first-msg', marks.isFirst)}${tag('returning-chatter', marks.isReturning)}`;
  return `@id=${messageIdOf(number)};user-id=${userId};room-id=5;emotes=${places.join('/')};${tags}tmi-sent-ts=${at} :${login}!${login}@x PRIVMSG #chan :${text}`;
}

/** Writes lines of IRC to a stream, as one batch. `change` returns the message to write in place of each message. */
export async function takeLines(
  db: Database,
  streamId: number,
  lines: readonly string[],
  seenAt = observed,
  change = (post: NormalisedPost) => post,
) {
  const items = lines.map((line) => readChat(line, { at: seenAt, observedAt: seenAt }));
  const posts: NormalisedPost[] = items.flatMap((item) => item?.post ?? []).map(change);
  const events: ChannelEvent[] = items.flatMap((item) => item?.event ?? []);
  const outcome = { inserted: 0, updated: 0, removed: 0 };
  await ingest(db.sql, {
    streamId,
    platform: 'TWITCH',
    provider: 'TWITCH_IRC',
    pages: [{ account: null, posts, events, rejected: [], cursor: '', total: null }],
    read: (post) => post,
    now: () => seenAt,
    onWritten: async (_tx, { inserted, updated, removed }) =>
      void Object.assign(outcome, { inserted, updated, removed }),
  });
  return outcome;
}
