import type { AuthorRef } from '../../shared/author-ref.ts';
import type { AccountProfile, ChatExtras, Media } from '../../shared/post.ts';
import { cleanText } from '../../shared/text.ts';

/**
 * UTF-16 units of the longest term or name that is counted: each is the key of a row, and an index takes 2,704 bytes.
 * X's own hashtags have 100 at most. A longer term is left out, a longer name is cut.
 */
const termLengthMax = 140;
/** UTF-16 units of the longest text: far above any platform's, as the index of a text's words takes 1 MB. */
const textLengthMax = 100_000;

/** A post's text as it can be stored. */
export const storableText = (text: string): string => cleanText(cut(text, textLengthMax));

/** A name that is counted by, such as a client's. */
export const storableName = <Name extends string | null>(name: Name): Name =>
  name === null ? name : (cleanText(cut(name, termLengthMax)) as Name); // safe: a text gives a text

/** Terms as they can be counted; the same list where all can. */
export function countable(terms: readonly string[]): readonly string[] {
  return terms.every(isShort) ? terms : terms.filter(isShort);
}

const isShort = (term: string) => term.length <= termLengthMax;
const cut = (text: string, length: number) => (text.length > length ? text.slice(0, length) : text);
const cleanOrNull = (text: string | null) => (text === null ? null : cleanText(text));

/** The same author as can be stored. */
export function storableAuthor(author: AuthorRef): AuthorRef {
  const { platformId, handle, displayName, avatarUrl } = author;
  return {
    platformId: storableName(platformId),
    handle: storableName(handle),
    displayName: cleanOrNull(displayName),
    avatarUrl: cleanOrNull(avatarUrl),
  };
}

/** The same account as can be stored. */
export function storableProfile(profile: AccountProfile): AccountProfile {
  return { ...profile, ...storableAuthor(profile), description: cleanOrNull(profile.description) };
}

/** Media with their links and descriptions as they can be stored. */
export function storableMedia(media: readonly Media[]): readonly Media[] {
  if (media.length === 0) return media;
  return media.map(({ kind, url, previewUrl, alt }) => ({
    kind,
    url: cleanText(url),
    previewUrl: cleanOrNull(previewUrl),
    alt: cleanOrNull(alt),
  }));
}

/** What only chat has, as it can be stored; emotes are terms. */
export function storableChat(chat: ChatExtras | null): ChatExtras | null {
  if (chat === null) return null;
  const emotes = chat.emotes
    .filter(({ name }) => isShort(name))
    .map((emote) => ({ ...emote, name: cleanText(emote.name), imageUrl: cleanOrNull(emote.imageUrl) }));
  return { ...chat, emotes, badges: chat.badges.map(cleanText) };
}
