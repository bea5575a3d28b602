import { z } from 'zod';
import type { TwitchConfig } from '../providers/twitch-config.ts';
import { parseBots } from '../shared/known-bots.ts';
import { withoutTrailingSlashes } from '../shared/text.ts';
import { baseUrl, number, type Values, word } from './variables.ts';

const socketUrl = (example: string) =>
  z.url({ protocol: /^wss?$/, error: `a URL such as ${example}` }).transform(withoutTrailingSlashes);

/** The address of a service; `off` is null. */
const serviceUrl = (example: string) =>
  z
    .union([z.literal('off'), baseUrl(example)], `a URL such as ${example}, or off`)
    .default(example)
    .transform((value) => (value === 'off' ? null : value));

/** The services of Twitch, and the limits of collecting chats. */
export const twitchVariables = {
  TWITCH_CLIENT_ID: z.string().optional(),
  TWITCH_CLIENT_SECRET: z.string().optional(),
  TWITCH_IRC_URL: socketUrl('wss://irc-ws.chat.twitch.tv').default('wss://irc-ws.chat.twitch.tv'),
  TWITCH_HELIX_URL: baseUrl('https://api.twitch.tv/helix').default('https://api.twitch.tv/helix'),
  TWITCH_AUTH_URL: baseUrl('https://id.twitch.tv/oauth2').default('https://id.twitch.tv/oauth2'),
  TWITCH_EVENTSUB_URL: socketUrl('wss://eventsub.wss.twitch.tv/ws').default(
    'wss://eventsub.wss.twitch.tv/ws',
  ),
  TWITCH_USER_TOKEN: z.string().optional(),
  TWITCH_USER_REFRESH_TOKEN: z.string().optional(),
  RETAIN_DELETED: word(['on', 'off']).default('off'),
  CHAT_BOTS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return parseBots(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  EMOTES_BTTV_URL: serviceUrl('https://api.betterttv.net/3'),
  EMOTES_FFZ_URL: serviceUrl('https://api.frankerfacez.com/v1'),
  EMOTES_SEVENTV_URL: serviceUrl('https://7tv.io/v3'),
  COLLECT_CHANNELS_MAX: number(500, 1, 10_000),
  COLLECT_REDIS_MAX_LINES: number(500_000, 1_000, 100_000_000),
  COLLECT_SPOOL_MAX_BYTES: number(1_000_000_000, 1_000_000, 1_000_000_000_000),
};
type TwitchValues = Values<typeof twitchVariables>;

export type TwitchSettings = {
  readonly twitch: TwitchConfig;
  /** Logins of bots, which the numbers of chats exclude. */
  readonly chatBots: ReadonlySet<string>;
};

export const twitchConfig = (values: TwitchValues): TwitchSettings => ({
  twitch: {
    clientId: values.TWITCH_CLIENT_ID ?? null,
    clientSecret: values.TWITCH_CLIENT_SECRET ?? null,
    ircUrl: values.TWITCH_IRC_URL,
    helixUrl: values.TWITCH_HELIX_URL,
    authUrl: values.TWITCH_AUTH_URL,
    eventSubUrl: values.TWITCH_EVENTSUB_URL,
    userToken: values.TWITCH_USER_TOKEN || null,
    userRefreshToken: values.TWITCH_USER_REFRESH_TOKEN || null,
    retainDeleted: values.RETAIN_DELETED === 'on',
    emoteUrls: {
      BTTV: values.EMOTES_BTTV_URL,
      FFZ: values.EMOTES_FFZ_URL,
      SEVENTV: values.EMOTES_SEVENTV_URL,
    },
    channelsMax: values.COLLECT_CHANNELS_MAX,
    streamLines: values.COLLECT_REDIS_MAX_LINES,
    spoolBytes: values.COLLECT_SPOOL_MAX_BYTES,
  },
  chatBots: values.CHAT_BOTS,
});
