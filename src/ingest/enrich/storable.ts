import type { AuthorRef } from '../../shared/author-ref.ts';
import type { AccountProfile, ChatExtras, Media } from '../../shared/post.ts';
import { cleanText } from '../../shared/text.ts';

/**
 * UTF-16 units of the longest term or name that is counted. Each is part of a key, and an index entry holds 2,704
 * bytes. X's hashtags have at most 100. Longer terms are left out, longer names are cut.
 */
const termLengthMax = 140;
/** UTF-16 units of the longest text: far more than any platform allows. The search index holds at most 1 MB a text. */
const textLengthMax = 100_000;

/** A post's text in a form that the store can hold. */
export const storableText = (text: string): string => cleanText(cut(text, textLengthMax));

/** A counted name, such as a client's, in a form that the store can hold. */
export const storableName = <Name extends string | null>(name: Name): Name =>
  name === null ? name : (cleanText(cut(name, termLengthMax)) as Name); // safe: a text gives a text

/** The terms that are short enough to be counted; the same list when all are. */
export function countable(terms: readonly string[]): readonly string[] {
  return terms.every(isShort) ? terms : terms.filter(isShort);
}

const isShort = (term: string) => term.length <= termLengthMax;
const cut = (text: string, length: number) => (text.length > length ? text.slice(0, length) : text);
const cleanOrNull = (text: string | null) => (text === null ? null : cleanText(text));

/** An author in a form that the store can hold. */
export function storableAuthor(author: AuthorRef): AuthorRef {
  const { platformId, handle, displayName, avatarUrl } = author;
  return {
    platformId: storableName(platformId),
    handle: storableName(handle),
    displayName: cleanOrNull(displayName),
    avatarUrl: cleanOrNull(avatarUrl),
  };
}

/** An account in a form that the store can hold. */
export function storableProfile(profile: AccountProfile): AccountProfile {
  return { ...profile, ...storableAuthor(profile), description: cleanOrNull(profile.description) };
}

/** Media whose links and descriptions the store can hold. */
export function storableMedia(media: readonly Media[]): readonly Media[] {
  if (media.length === 0) return media;
  return media.map(({ kind, url, previewUrl, alt }) => ({
    kind,
    url: cleanText(url),
    previewUrl: cleanOrNull(previewUrl),
    alt: cleanOrNull(alt),
  }));
}

/** Chat's extra fields in a form that the store can hold. Emotes are limited like terms. */
export function storableChat(chat: ChatExtras | null): ChatExtras | null {
  if (chat === null) return null;
  const emotes = chat.emotes
    .filter(({ name }) => isShort(name))
    .map((emote) => ({ ...emote, name: cleanText(emote.name), imageUrl: cleanOrNull(emote.imageUrl) }));
  return { ...chat, emotes, badges: chat.badges.map(cleanText) };
}
