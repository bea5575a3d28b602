import { composed } from './fold.ts';
import { redact } from './secrets.ts';

/**
 * The text as it is stored and compared: without NUL, which Postgres cannot hold, with U+FFFD for halves of a surrogate
 * pair, which are no Unicode, and composed (NFC).
 */
export function cleanText(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return composed(clean.isWellFormed() ? clean : clean.toWellFormed());
}

/** Whether Postgres can hold the text: it has neither a NUL character nor half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

/** UTF-16 units of the longest message that is kept of a job or a provider. */
const messageLengthMax = 2_000;

/** A message as it is told and kept, whatever it quotes: without secrets, at most 2,000 characters that Postgres can hold. */
export function messageText(message: string): string {
  // What is far too long is cut first: each character is looked at.
  const clean = redact(message.slice(0, 2 * messageLengthMax));
  return cleanText(clean.length > messageLengthMax ? `${clean.slice(0, messageLengthMax - 1)}…` : clean);
}

/** The text without the slashes at its end. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}
