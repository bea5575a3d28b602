import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { Helix } from '../providers/twitch-helix/channels.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { AccountProfile } from '../shared/post.ts';
import { saveBroadcast } from '../streams/broadcasts.ts';
import { describeAccount } from '../streams/describe.ts';
import { learnChannelId } from './channel-id.ts';
import type { Collection } from './leases.ts';

type WatchOptions = {
  readonly sql: Sql;
  readonly helix: Helix;
  /** The channels that this process collects. */
  readonly channels: () => readonly Collection[];
  readonly log: Logger;
  /** How often to ask for live broadcasts; default: each minute. */
  readonly everyMs?: number;
  /** How often to ask for profiles and followers; default: every ten minutes. */
  readonly profilesEveryMs?: number | undefined;
};

const minuteMs = 60_000;

/**
 * Asks Twitch's API about the collected channels, until it is closed. Each minute it asks for live broadcasts, every
 * ten minutes for profiles and followers. A renamed channel is found by its id, and joined under its new name.
 */
export function startWatching(options: WatchOptions): { close(): Promise<void> } {
  const { sql, helix, channels, log, everyMs = minuteMs, profilesEveryMs = 10 * minuteMs } = options;
  const closing = new AbortController();
  const { signal } = closing;
  /** When each channel's profile is requested next. */
  const profileDue = new Map<number, number>();

  async function watch(): Promise<void> {
    const held = channels();
    await askProfiles(held.filter(({ streamId }) => (profileDue.get(streamId) ?? 0) <= Date.now()));
    const known = held.filter(({ channelId }) => channelId !== null);
    const live = await helix.live(
      known.flatMap(({ channelId }) => channelId ?? []),
      signal,
    );
    const now = Date.now();
    const byChannel = new Map(live.map((broadcast) => [broadcast.channelId, broadcast]));
    for (const { streamId, channelId } of known)
      await unlessDeleted(saveBroadcast(sql, streamId, byChannel.get(channelId ?? '') ?? null, now));
  }

  async function askProfiles(due: readonly Collection[]): Promise<void> {
    if (due.length === 0) return;
    const ids = due.flatMap(({ channelId }) => channelId ?? []);
    const logins = due.flatMap(({ channelId, login }) => (channelId === null ? [login] : []));
    const profiles = await helix.profiles({ ids, logins }, signal);
    for (const collection of due) {
      profileDue.set(collection.streamId, Date.now() + profilesEveryMs);
      const { channelId, login } = collection;
      const profile = profiles.find((one) =>
        channelId === null ? one.handle === login.toLowerCase() : one.platformId === channelId,
      );
      if (profile !== undefined) await saveProfileOf(collection, profile);
    }
  }

  async function saveProfileOf(collection: Collection, profile: AccountProfile): Promise<void> {
    const { platformId } = profile;
    if (platformId === null) return;
    if (collection.channelId === null) await learnChannelId(sql, collection, platformId);
    const followers = await helix.followers(platformId, signal);
    await unlessDeleted(describeAccount(sql, collection.streamId, { ...profile, followers }));
  }

  async function run(): Promise<void> {
    // The first channels are taken shortly after the start.
    for (let pauseMs = Math.min(3_000, everyMs); ; pauseMs = everyMs) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      await watch().catch((err) => {
        if (!signal.aborted) warnRarely(log, { err }, "Twitch's API could not be asked about channels");
      });
    }
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function unlessDeleted(work: Promise<void>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
}
