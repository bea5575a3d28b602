/** The text as Postgres can hold it: without NUL, and with U+FFFD for halves of a surrogate pair, which are no Unicode. */
export function cleanText(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return clean.isWellFormed() ? clean : clean.toWellFormed();
}
