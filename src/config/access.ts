import { z } from 'zod';
import { number, type Values, word } from './variables.ts';

/** Authentication and rate limits. */
export const accessVariables = {
  AUTH: word(['on', 'off']).default('on'),
  API_KEY: z
    .string()
    .regex(
      /^[\x21-\x7e]{20,200}$/,
      '20 to 200 characters without spaces, such as `openssl rand -hex 32` makes',
    )
    .optional(),
  RATE_LIMIT_COST_PER_MINUTE: number(600_000, 0, 1_000_000_000),
  RATE_LIMIT_UNKNOWN_KEYS_PER_MINUTE: number(20, 1, 1_000_000),
};

export type AccessConfig = {
  /** Whether a caller without a key may do everything, on any address. */
  readonly off: boolean;
  /** One key of scope admin, beside the store's keys. */
  readonly apiKey: string | null;
  /** The cost per minute that each key may use, and each address without a key; 0 is no limit. */
  readonly costPerMinute: number;
  /** How many unknown keys are looked up per minute for one address. */
  readonly unknownKeysPerMinute: number;
};

export const accessConfig = (values: Values<typeof accessVariables>): AccessConfig => ({
  off: values.AUTH === 'off',
  apiKey: values.API_KEY ?? null,
  costPerMinute: values.RATE_LIMIT_COST_PER_MINUTE,
  unknownKeysPerMinute: values.RATE_LIMIT_UNKNOWN_KEYS_PER_MINUTE,
});
