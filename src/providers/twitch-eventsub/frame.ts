import { z } from 'zod';
import { answerDepthMax } from '../net/fetch-answer.ts';
import { tooDeep } from '../net/json-depth.ts';

/** A frame of EventSub. When Twitch repeats a frame, the repetition has the same `id`. */
export type Frame =
  | { readonly kind: 'welcome'; readonly sessionId: string; readonly keepaliveSeconds: number }
  | { readonly kind: 'keepalive' }
  | { readonly kind: 'reconnect'; readonly url: string }
  | {
      readonly kind: 'notification';
      readonly id: string;
      readonly type: string;
      /** Twitch's id of the channel. */
      readonly channelId: string;
      /** The text that is stored; `line.ts` reads it. */
      readonly line: string;
      /** The id and level of a hype train; null for other types. */
      readonly train: { readonly id: string; readonly level: number } | null;
    }
  | {
      readonly kind: 'revocation';
      readonly id: string;
      readonly type: string;
      readonly channelId: string;
      readonly reason: string;
    };

/** Twitch's default, used when the welcome does not give one. */
const keepaliveSeconds = 10;

const text = z.string().max(500);
const metadata = z.object({
  message_id: text.min(1),
  message_type: text,
  message_timestamp: text,
});
const session = z.object({
  session: z.object({
    id: text.min(1),
    keepalive_timeout_seconds: z.number().positive().max(600).nullish(),
    reconnect_url: z.string().max(4_000).nullish(),
  }),
});
const subscription = z.object({
  type: text.min(1),
  status: text,
  condition: z.object({ broadcaster_user_id: text.min(1) }),
});
const payload = z.object({ subscription, event: z.looseObject({}).optional() });
const frame = z.object({ metadata, payload: z.unknown() });
const trainEvent = z.object({ id: text.min(1), level: z.number().int() });

/** Parses a frame; null when it is malformed or of an unknown kind. */
export function parseFrame(data: string): Frame | null {
  if (tooDeep(data, answerDepthMax)) return null;
  const read = frame.safeParse(parsed(data));
  if (!read.success) return null;
  const { metadata: meta, payload: rest } = read.data;
  switch (meta.message_type) {
    case 'session_welcome': {
      const said = session.safeParse(rest).data?.session;
      if (said === undefined) return null;
      return {
        kind: 'welcome',
        sessionId: said.id,
        keepaliveSeconds: said.keepalive_timeout_seconds ?? keepaliveSeconds,
      };
    }
    case 'session_keepalive':
      return { kind: 'keepalive' };
    case 'session_reconnect': {
      const url = session.safeParse(rest).data?.session.reconnect_url;
      return url ? { kind: 'reconnect', url } : null;
    }
    case 'notification':
    case 'revocation':
      return aboutChannel(meta, rest);
    default:
      return null;
  }
}

function aboutChannel(meta: z.infer<typeof metadata>, rest: unknown): Frame | null {
  const said = payload.safeParse(rest).data;
  if (said === undefined) return null;
  const { subscription: about, event } = said;
  const { message_id: id, message_timestamp: at } = meta;
  const place = { id, type: about.type, channelId: about.condition.broadcaster_user_id };
  if (meta.message_type === 'revocation') return { ...place, kind: 'revocation', reason: about.status };
  if (event === undefined) return null;
  const isTrain = about.type.startsWith('channel.hype_train.');
  return {
    ...place,
    kind: 'notification',
    line: JSON.stringify({ id, type: about.type, at, event }),
    train: isTrain ? (trainEvent.safeParse(event).data ?? null) : null,
  };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
