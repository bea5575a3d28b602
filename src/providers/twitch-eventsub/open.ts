import type { HelixError } from '../twitch-helix/errors.ts';
import type { Frame } from './frame.ts';
import { Seen } from './seen.ts';
import { EventSubSession, type CollectedChannel } from './session.ts';
import { openSubscriptions } from './subscriptions.ts';
import { openUserToken, type UserTokenOptions } from './user-token.ts';
import { moreOfOwn, perChannel, wantedOf } from './wanted.ts';

/** Receives what EventSub sends for the channels. */
export type EventSubListener = {
  /** Called once with each line, to be read by `read-event.ts`. */
  line(channel: string, line: string): void;
  /** Called when the channel's events start to arrive. */
  joined(channel: string): void;
  /** Called when Twitch refuses the channel; `join` may try it again after a while. */
  refused(channel: string, reason: string): void;
  /** Called when events of these channels stop until they are `joined` again; reconnecting is retried for ever. */
  lost(channels: readonly string[]): void;
};

/** Reads channels over Twitch's EventSub, with a user's token. */
export type EventSub = {
  /** Reads a channel until `leave`. Does nothing when the channel is being read, or was refused a short while ago. */
  join(channel: CollectedChannel): void;
  leave(channelId: string): void;
  close(): void;
};

export type EventSubOptions = {
  /** e.g. `wss://eventsub.wss.twitch.tv/ws`. */
  readonly url: string;
  /** e.g. `https://api.twitch.tv/helix`. */
  readonly helixUrl: string;
  readonly user: UserTokenOptions;
};

type Internals = {
  readonly listener: EventSubListener;
  /** Pause after a refusal before a channel is tried again; default: a minute. */
  readonly againMs?: number;
};

/** Twitch's limits for one user and application. */
const sessionsMax = 3;
const subscriptionsMax = 300;
const channelsPerSession = Math.floor((subscriptionsMax - moreOfOwn) / perChannel);
const againMs = 60_000;

/**
 * Opens EventSub; connects when the first channel is joined. Not `@twurple/eventsub-ws`, for three reasons: its API
 * address can only be changed to a port of this machine, it opens one connection a user, and it drops the time that
 * Twitch sends with an event.
 */
export function openEventSub(options: EventSubOptions & Internals): EventSub {
  const { url, helixUrl, user, listener } = options;
  const token = openUserToken(user);
  const subscriptions = openSubscriptions({ helixUrl, token, timeoutMs: user.timeoutMs });
  const seen = new Seen();
  const sessions = new Set<EventSubSession>();
  const refusedUntil = new Map<string, number>();
  /** The level that each hype train has reached. Twitch reports every contribution; only a new level is passed on. */
  const levels = new Map<string, number>();
  let closed = false;

  const rises = ({ train }: Extract<Frame, { kind: 'notification' }>): boolean => {
    if (train === null) return true;
    if (levels.size > 1_000) levels.clear();
    const before = levels.get(train.id) ?? 0;
    levels.set(train.id, Math.max(before, train.level));
    return train.level > before;
  };

  const refuse = ({ login, channelId }: CollectedChannel, reason: string) => {
    refusedUntil.set(channelId, Date.now() + (options.againMs ?? againMs));
    listener.refused(login, reason);
  };

  const open = (): EventSubSession => {
    const session = new EventSubSession({
      url,
      subscriptions,
      wanted: async (channelId) => wantedOf(channelId, await token.get()),
      listener: {
        notification({ login }, frame) {
          if (!seen.isNew(frame.id)) return;
          if (rises(frame) || frame.type !== 'channel.hype_train.progress') listener.line(login, frame.line);
        },
        joined: ({ login }) => listener.joined(login),
        refused(channel, reason) {
          refuse(channel, reason);
          closeEmpty();
        },
        lost: (channels) => listener.lost(channels.map(({ login }) => login)),
      },
    });
    sessions.add(session);
    return session;
  };

  function closeEmpty(): void {
    for (const session of sessions) {
      if (session.size > 0) continue;
      sessions.delete(session);
      session.close();
    }
  }

  async function place(channel: CollectedChannel): Promise<void> {
    // Do not connect without a valid token.
    await token.get();
    if (closed || placing.get(channel.channelId) !== channel) return;
    const room = [...sessions].find(({ size }) => size < channelsPerSession);
    if (room !== undefined) room.add(channel);
    else if (sessions.size < sessionsMax) open().add(channel);
    else refuse(channel, `EventSub takes ${sessionsMax * channelsPerSession} channels`);
  }

  const placing = new Map<string, CollectedChannel>();
  return {
    join(channel) {
      const { channelId } = channel;
      if (closed || placing.has(channelId) || (refusedUntil.get(channelId) ?? 0) > Date.now()) return;
      if ([...sessions].some((session) => session.has(channelId))) return;
      refusedUntil.delete(channelId);
      placing.set(channelId, channel);
      place(channel)
        .catch((error: HelixError) => closed || refuse(channel, error.message))
        .finally(() => placing.get(channelId) === channel && placing.delete(channelId));
    },
    leave(channelId) {
      placing.delete(channelId);
      refusedUntil.delete(channelId);
      for (const session of sessions) session.remove(channelId);
      closeEmpty();
    },
    close() {
      closed = true;
      for (const session of sessions) session.close();
      sessions.clear();
    },
  };
}
