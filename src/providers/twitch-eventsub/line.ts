import { z } from 'zod';

/** Longest line that is read, in UTF-16 units; recorded ones have 1,200. */
const lineLengthMax = 65_536;

/** A stored notification of EventSub, without its session and subscription. */
const notification = z.object({
  id: z.string().min(1).max(500),
  type: z.string().max(100),
  /** When Twitch sent it, to the nanosecond. */
  at: z.string().max(100),
  event: z.looseObject({
    broadcaster_user_id: z.string().min(1).max(20),
    broadcaster_user_login: z.string().min(1).max(100),
    source_broadcaster_user_id: z.string().nullish(),
  }),
});
export type Notification = z.infer<typeof notification>;

/** Reads a stored notification; null when it is malformed or too long. */
export function parseLine(line: string): Notification | null {
  if (line.length > lineLengthMax) return null;
  return notification.safeParse(parsed(line)).data ?? null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
