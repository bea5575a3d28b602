import { BadInputError } from './errors.ts';

/** The text as Postgres can hold it: without NUL, and with U+FFFD for halves of a surrogate pair, which are no Unicode. */
export function cleanText(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return clean.isWellFormed() ? clean : clean.toWellFormed();
}

/** Whether Postgres can hold the text: it has neither a NUL character nor half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

/** UTF-16 units of the longest message that is kept of a job or a provider. */
const messageLengthMax = 2_000;

/** A message as it is kept, whatever it quotes: text that Postgres can hold, of 2,000 characters at most. */
export function messageText(message: string): string {
  const isLong = message.length > messageLengthMax;
  return cleanText(isLong ? `${message.slice(0, messageLengthMax - 1)}…` : message);
}

/** BAD_INPUT for text that Postgres cannot hold: with a NUL character, or half of a surrogate pair. */
export function requireStorable(text: string): void {
  if (!isStorable(text)) {
    throw new BadInputError('Text may hold neither NUL characters nor halves of surrogate pairs');
  }
}
