/** Formats the message of a library's error as the end of a sentence: at most 300 characters, with one full stop. */
export function sentenceOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = message.slice(0, 300).trimEnd();
  return text.endsWith('.') ? text : `${text}.`;
}
