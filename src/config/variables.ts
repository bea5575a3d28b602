import { z } from 'zod';
import { withoutTrailingSlashes } from '../shared/text.ts';

// Each message is the expected value: loadConfig prepends the variable and its value.

/** The parsed values of a group of variables. */
export type Values<Variables extends z.ZodRawShape> = z.infer<z.ZodObject<Variables>>;

/** A base URL without a slash at its end. */
export const baseUrl = (example: string) =>
  z.url({ protocol: /^https?$/, error: `a URL such as ${example}` }).transform(withoutTrailingSlashes);

/** The address of a Redis, with or without a password. */
export const redisUrl = z
  .string()
  .regex(/^rediss?:\/\/./, 'redis://user:password@host:port, or rediss:// for TLS')
  .optional();

/** The path of a folder, unchanged. */
export const folder = z.string().regex(/\S/, 'the path of a folder');

const dollars = 'US dollars, from 0 to 1000000';

/** US dollars; undefined is no limit. */
export const usd = z.coerce.number(dollars).min(0, dollars).max(1_000_000, dollars).optional();

/** Names with commas between, in lower case; none by default. */
export const names = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  );

/** A whole number within bounds, both inclusive. */
export const number = (fallback: number, min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z.coerce.number(expected).int(expected).min(min, expected).max(max, expected).default(fallback);
};

/** One of a few words. */
export const word = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(words));

/** The value that `read` returns for a text; null is an error with `expected`. */
export const readBy = <T>(read: (text: string) => T | null, expected: string) =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== null) return value;
    context.addIssue(expected);
    return z.NEVER;
  });
