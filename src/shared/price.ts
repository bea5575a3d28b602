import { z } from 'zod';

/** A provider's price list, in US dollars. */
export const price = z.object({
  /** A post that is delivered. */
  post: z.number().min(0),
  /** A post of an account that belongs to whoever pays. */
  ownPost: z.number().min(0),
  /** A user that is looked up. */
  user: z.number().min(0),
  /** Whether the same post costs nothing when it is delivered again on the same day (UTC). */
  oncePerDay: z.boolean(),
});
export type Price = z.infer<typeof price>;
