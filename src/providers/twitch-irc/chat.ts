import { setInterval } from 'node:timers';
import { type ChatListener, IrcSocket } from './socket.ts';

/** Channels of Twitch's chat that are listened to, by anonymous IRC. */
export type Chat = {
  /** Listens to a channel until it is left; tries for ever. A channel that is listened to stays as it is. */
  join(channel: string): void;
  leave(channel: string): void;
  close(): void;
};

type ChatOptions = {
  readonly url: string;
  readonly listener: ChatListener;
  /** How many channels share a connection; default: as many as are joined in 11 s. */
  readonly channelsPerSocket?: number;
  /** How long after a refusal a channel is tried again; default: a minute. */
  readonly againMs?: number;
};

/** Twitch takes 20 joins in 10 s over a connection. With twice as many, all are heard 11 s after a start. */
const channelsPerSocket = 40;
const againMs = 60_000;
const lookMs = 5_000;
/** How long an old connection is kept while a new one takes its channels over: Twitch ends it after about 30 s. */
const overlapMs = 25_000;

/** Opens no connection before a channel is joined. */
export function openChat(options: ChatOptions): Chat {
  const { url, listener } = options;
  const most = options.channelsPerSocket ?? channelsPerSocket;
  const pauseMs = options.againMs ?? againMs;
  const sockets = new Set<IrcSocket>();
  /** Those that go away when their successors hear all that they hear. */
  const leaving = new Map<IrcSocket, { readonly successor: IrcSocket; readonly until: number }>();
  /** When refused channels are tried again. */
  const again = new Map<string, number>();

  const open = (): IrcSocket => {
    const socket = new IrcSocket({ url, listener: heard, onReconnect: replace });
    sockets.add(socket);
    return socket;
  };

  const heard: ChatListener = {
    ...listener,
    joined(channel, channelId) {
      again.delete(channel);
      listener.joined(channel, channelId);
      settle();
    },
    refused(channel, reason) {
      again.set(channel, Date.now() + pauseMs);
      listener.refused(channel, reason);
    },
    lost(channels) {
      // A connection may be lost whose successor hears them already.
      const unheard = channels.filter((channel) => ![...all()].some((socket) => socket.isJoined(channel)));
      if (unheard.length > 0) listener.lost(unheard);
    },
  };

  const all = () => [...sockets, ...leaving.keys()];

  /** Makes a connection anew, and keeps the old one until the new one hears all channels: nothing is missed in between. */
  function replace(old: IrcSocket): void {
    if (!sockets.delete(old)) return;
    const successor = open();
    for (const channel of old.channels) successor.join(channel);
    leaving.set(old, { successor, until: Date.now() + overlapMs });
  }

  function settle(): void {
    for (const [old, { successor, until }] of leaving) {
      if (!successor.isComplete && Date.now() < until) continue;
      leaving.delete(old);
      old.close();
    }
  }

  function look(): void {
    settle();
    for (const socket of sockets) if (!socket.isAlive) replace(socket);
    for (const [channel, at] of again) {
      if (at > Date.now()) continue;
      again.delete(channel);
      for (const socket of sockets) if (socket.channels.has(channel)) socket.join(channel);
    }
  }

  const looking = setInterval(look, Math.min(lookMs, pauseMs));
  return {
    join(channel) {
      if ([...sockets].some(({ channels }) => channels.has(channel))) return;
      const socket = [...sockets].find(({ channels }) => channels.size < most) ?? open();
      socket.join(channel);
    },
    leave(channel) {
      again.delete(channel);
      for (const socket of all()) socket.part(channel);
      for (const socket of sockets) {
        if (socket.channels.size > 0) continue;
        sockets.delete(socket);
        socket.close();
      }
    },
    close() {
      clearInterval(looking);
      for (const socket of all()) socket.close();
      sockets.clear();
      leaving.clear();
    },
  };
}
