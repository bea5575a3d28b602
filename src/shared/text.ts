import { composed } from './fold.ts';
import { redact } from './secrets.ts';

/**
 * Returns text in the form in which it is stored and compared: without NUL, which Postgres cannot store, with U+FFFD
 * for halves of surrogate pairs, which are not Unicode, and composed (NFC).
 */
export function cleanText(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return composed(clean.isWellFormed() ? clean : clean.toWellFormed());
}

/** Whether Postgres can store the text: it has no NUL character and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

/** Longest stored message of a job or a provider, in UTF-16 units. */
const messageLengthMax = 2_000;

/**
 * Prepares a message to be shown and stored, whatever it quotes: without secrets, at most 2,000 characters that
 * Postgres can store.
 */
export function messageText(message: string): string {
  // Cuts a very long message first, since redacting reads each character.
  const clean = redact(message.slice(0, 2 * messageLengthMax));
  return cleanText(clean.length > messageLengthMax ? `${clean.slice(0, messageLengthMax - 1)}…` : clean);
}

/** Removes slashes at the end of a text. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}
