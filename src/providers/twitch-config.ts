import type { EmoteService } from '../shared/named-emote.ts';

/** Settings for Twitch: addresses, keys, and limits on what is collected. */
export type TwitchConfig = {
  /** The id of the registered application; null: profiles and live broadcasts are not known. */
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly ircUrl: string;
  readonly helixUrl: string;
  readonly authUrl: string;
  readonly eventSubUrl: string;
  /** A token of a user who allows reading chats; null: chats are read over IRC only. */
  readonly userToken: string | null;
  /**
   * Refresh token, used with the application's keys to get a new user token; null: the token is used until it expires.
   */
  readonly userRefreshToken: string | null;
  /** Whether messages that Twitch deletes are kept here. */
  readonly retainDeleted: boolean;
  /** Addresses of third-party emote services; null: the service is not asked. */
  readonly emoteUrls: Readonly<Record<EmoteService, string | null>>;
  /** The most channels that one job process collects. */
  readonly channelsMax: number;
  /** The most chat lines that wait in Redis, when Redis is configured, until they are stored. */
  readonly streamLines: number;
  /** The most bytes of chat that wait on the local disk until they are stored. */
  readonly spoolBytes: number;
};
