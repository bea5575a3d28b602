import { isXHandle } from '../../shared/handle.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import { at, idOf, textOf, type Wire, wireAt } from '../x/json.ts';
import { unescapeHtml } from '../x/text.ts';

/** The id of whoever the tweet says wrote it; null when it does not say, as in every export of today. */
export function writerId(tweet: Wire): string | null {
  const user = wireAt(tweet, 'user');
  return user === null ? null : idOf(user, 'id');
}

/**
 * Whether an account other than this one wrote the tweet: archives that were kept up to date through the API hold
 * some. False when the tweet does not say, or the account's own id is unknown.
 */
export function isOfAnother(tweet: Wire, accountId: string | null): boolean {
  const writer = writerId(tweet);
  return writer !== null && accountId !== null && writer !== accountId;
}

/** The writer as the tweet itself describes it; null when it lacks an id or a handle. */
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
