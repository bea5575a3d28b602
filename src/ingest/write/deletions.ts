import type { ChannelEvent } from '../../shared/channel-event.ts';
import { hourMs } from '../../shared/instant.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import type { Identified } from '../../shared/post.ts';
import { authorKey } from './row.ts';

/** A deletion of messages. */
export type Deletion = Pick<ChannelEvent, 'at' | 'kind' | 'messageId'> & {
  /** As `authors.author_id`. */
  readonly authorId: string | null;
  readonly handle: string | null;
};

/**
 * How old a deleted message may be. Twitch does not say how far a ban, a time-out or a cleared chat reaches back;
 * people's chat windows show less than an hour of a busy channel.
 */
export const reachMs = hourMs;
/** How much later than its deletion a message may appear to be sent: Twitch's servers do not share a clock. */
export const skewMs = 60_000;

/**
 * Decides which messages deletions remove. The result depends only on both, not on which came first. A message sent
 * after the author was silenced or the chat was cleared stays.
 */
export class Deletions {
  readonly #messages = new Map<string, number[]>();
  readonly #authors = new Map<string, number[]>();
  readonly #cleared: number[] = [];

  constructor(deletions: readonly Deletion[]) {
    for (const { kind, at, messageId, authorId, handle } of deletions) {
      if (kind === 'MESSAGE_DELETED') {
        if (messageId !== null) add(this.#messages, messageId, at);
      } else if (kind === 'CHAT_CLEARED') this.#cleared.push(at);
      else {
        if (authorId !== null) add(this.#authors, authorId, at);
        if (handle !== null) add(this.#authors, handleKey(handle), at);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0 && this.#authors.size === 0 && this.#cleared.length === 0;
  }

  /** Whether a deletion removes the message. */
  cover({ platformId, createdAt, author }: Identified): boolean {
    if (createdAt === undefined) return false;
    const reaches = (at: number) => at >= createdAt && at - createdAt <= reachMs;
    const names = (at: number) => at >= createdAt - skewMs && at - createdAt <= reachMs;
    const ofAuthor =
      author === undefined ? [] : keysOf(author).flatMap((key) => this.#authors.get(key) ?? []);
    return (
      this.#cleared.some(reaches) ||
      ofAuthor.some(reaches) ||
      (this.#messages.get(platformId)?.some(names) ?? false)
    );
  }
}

const handleKey = (handle: string) => `@${handle.toLowerCase()}`;

/** The keys under which deletions name an author. */
const keysOf = (author: AuthorRef) => [...new Set([authorKey(author), handleKey(author.handle)])];

function add(map: Map<string, number[]>, key: string, at: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [at]);
  else known.push(at);
}
