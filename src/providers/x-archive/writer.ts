import { isXHandle } from '../../shared/handle.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import { at, idOf, textOf, type Wire, wireAt } from '../x/json.ts';
import { unescapeHtml } from '../x/text.ts';

/** Returns the id of the tweet's writer; null when the tweet does not name one, as in all current exports. */
export function writerId(tweet: Wire): string | null {
  const user = wireAt(tweet, 'user');
  return user === null ? null : idOf(user, 'id');
}

/**
 * Whether another account wrote the tweet: archives that were kept up to date through the API have such tweets. False
 * when the tweet names no writer, or the account's id is unknown.
 */
export function isOfAnother(tweet: Wire, accountId: string | null): boolean {
  const writer = writerId(tweet);
  return writer !== null && accountId !== null && writer !== accountId;
}

/** Returns the writer as the tweet describes it; null when the id or the handle is missing. */
export function writerOf(tweet: Wire): AuthorRef | null {
  const user = wireAt(tweet, 'user');
  const platformId = writerId(tweet);
  const handle = textOf(at(user, 'screen_name'));
  if (platformId === null || handle === null || !isXHandle(handle)) return null;
  const name = textOf(at(user, 'name'));
  return {
    platformId,
    handle,
    displayName: name === null ? null : unescapeHtml(name),
    avatarUrl: textOf(at(user, 'profile_image_url_https')),
  };
}
