/** Where a job that fills several streams goes on: the account's index, a colon, and the provider's own cursor. */
export const accountCursor = (index: number, cursor: string): string => `${index}:${cursor}`;

/** The two; the beginning where there is none. */
export function parseAccountCursor(text: string | null): readonly [index: number, cursor: string | null] {
  const match = /^(\d+):(.*)$/s.exec(text ?? '');
  return match ? [Number(match[1]), match[2] ?? null] : [0, null];
}
