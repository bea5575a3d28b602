import type { z } from 'zod';

/** Formats zod's first problem with its path: `tweets.3.favorite_count: expected number, received string`. */
export function explain(error: z.ZodError, path: readonly PropertyKey[] = []): string {
  const [issue] = error.issues;
  const where = [...path, ...(issue?.path ?? [])].map(String).join('.');
  const what = issue?.message.replace(/^Invalid input: /, '') ?? 'not understood';
  return where === '' ? what : `${where}: ${what}`;
}
