import type { EmoteService, NamedEmote } from '../../shared/named-emote.ts';
import { fetchJson } from '../net/fetch-answer.ts';
import { readBttv, readFfz, readSevenTv, readSevenTvUser } from './read.ts';

export type EmoteServicesOptions = {
  /** The address of each service; null when the service is not asked. */
  readonly urls: Readonly<Record<EmoteService, string | null>>;
  readonly timeoutMs: number;
};

/** The services that list emotes. */
export type EmoteServices = {
  readonly names: readonly EmoteService[];
  /**
   * Returns the emotes of a channel (by its Twitch id); with null, the emotes of every channel. Empty when the service
   * does not know the channel. Rejects when the service does not answer, or answers in an unknown format.
   */
  emotes(
    service: EmoteService,
    channelId: string | null,
    signal: AbortSignal,
  ): Promise<readonly NamedEmote[]>;
};

type Read<T> = (json: unknown) => T | null;

/** Opens the services; sends no request until `emotes` is called. No service needs a key. */
export function openEmoteServices({ urls, timeoutMs }: EmoteServicesOptions): EmoteServices {
  async function ask<T>(url: string, read: Read<T>, signal: AbortSignal): Promise<T | null> {
    const { status, json } = await fetchJson({ url, headers: {}, timeoutMs, signal, redirects: 2 });
    if (status === 404) return null;
    const answer = status === 200 ? read(json) : null;
    if (answer === null)
      throw new Error(`${new URL(url).host} answered with status ${status} and nothing known`);
    return answer;
  }

  async function ofSevenTv(base: string, channelId: string | null, signal: AbortSignal) {
    if (channelId === null) return ask(`${base}/emote-sets/global`, readSevenTv, signal);
    const user = await ask(`${base}/users/twitch/${channelId}`, readSevenTvUser, signal);
    if (user === null || 'emotes' in user) return user?.emotes ?? null;
    return ask(`${base}/emote-sets/${user.setId}`, readSevenTv, signal);
  }

  const asked = {
    BTTV: (base: string, channelId: string | null, signal: AbortSignal) =>
      ask(
        `${base}/cached/${channelId === null ? 'emotes/global' : `users/twitch/${channelId}`}`,
        readBttv,
        signal,
      ),
    FFZ: (base: string, channelId: string | null, signal: AbortSignal) =>
      ask(`${base}/${channelId === null ? 'set/global' : `room/id/${channelId}`}`, readFfz, signal),
    SEVENTV: ofSevenTv,
  };

  return {
    names: (['SEVENTV', 'BTTV', 'FFZ'] as const).filter((service) => urls[service] !== null),
    async emotes(service, channelId, signal) {
      const base = urls[service];
      return base === null ? [] : ((await asked[service](base, channelId, signal)) ?? []);
    },
  };
}
