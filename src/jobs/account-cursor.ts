/** Writes the cursor of a job over several accounts: the account's index, a colon, and the provider's cursor. */
export const accountCursor = (index: number, cursor: string): string => `${index}:${cursor}`;

/** Reads such a cursor; without one the first account, from its beginning. */
export function parseAccountCursor(text: string | null): readonly [index: number, cursor: string | null] {
  const match = /^(\d+):(.*)$/s.exec(text ?? '');
  return match ? [Number(match[1]), match[2] ?? null] : [0, null];
}
