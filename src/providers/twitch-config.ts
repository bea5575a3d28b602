import type { EmoteService } from '../shared/named-emote.ts';

/** What those who ask Twitch are told from outside: where it is, with what keys, and how much may be collected. */
export type TwitchConfig = {
  /** Of the registered application; null: profiles and live broadcasts are not known. */
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly ircUrl: string;
  readonly helixUrl: string;
  readonly authUrl: string;
  readonly eventSubUrl: string;
  /** Of a user that allows reading chats; null: chats are heard by IRC alone. */
  readonly userToken: string | null;
  /** What a new user token is got with, by the keys of the application; null: the token is used until it expires. */
  readonly userRefreshToken: string | null;
  /** Whether messages that are deleted on Twitch stay here. */
  readonly retainDeleted: boolean;
  /** Where the emotes of other services are; null: the service is not asked. */
  readonly emoteUrls: Readonly<Record<EmoteService, string | null>>;
  /** How many channels one job process collects at most. */
  readonly channelsMax: number;
  /** How many lines of chat may wait in Redis, when one is set, before the store takes them. */
  readonly streamLines: number;
  /** How many bytes of chat may wait on this disk to be written to the store. */
  readonly spoolBytes: number;
};
