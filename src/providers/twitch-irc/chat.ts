import { setInterval } from 'node:timers';
import { type ChatListener, IrcSocket } from './socket.ts';

/** Reads Twitch chats over anonymous IRC. */
export type Chat = {
  /** Reads a channel until `leave`, and reconnects for ever. Does nothing when the channel is being read already. */
  join(channel: string): void;
  leave(channel: string): void;
  close(): void;
};

type ChatOptions = {
  readonly url: string;
  readonly listener: ChatListener;
  /** Channels per connection; default: as many as can be joined in 11 s. */
  readonly channelsPerSocket?: number;
  /** Pause after a refusal before a channel is tried again; default: a minute. */
  readonly againMs?: number;
};

/**
 * Twitch allows 20 joins in 10 s over one connection. With twice as many, all channels are joined 11 s after a start.
 */
const channelsPerSocket = 40;
const againMs = 60_000;
const checkMs = 5_000;
/** How long an old connection is kept while the new one joins its channels. Twitch ends it after about 30 s. */
const overlapMs = 25_000;

/** Opens the chat; connects when the first channel is joined. */
export function openChat(options: ChatOptions): Chat {
  const { url, listener } = options;
  const most = options.channelsPerSocket ?? channelsPerSocket;
  const pauseMs = options.againMs ?? againMs;
  const sockets = new Set<IrcSocket>();
  /** Old connections, which close when their successors have joined all of their channels. */
  const leaving = new Map<IrcSocket, { readonly successor: IrcSocket; readonly until: number }>();
  /** When refused channels are tried again. */
  const again = new Map<string, number>();

  const open = (): IrcSocket => {
    const socket = new IrcSocket({ url, listener: wrapped, onReconnect: replace });
    sockets.add(socket);
    return socket;
  };

  const wrapped: ChatListener = {
    ...listener,
    joined(channel, channelId) {
      again.delete(channel);
      listener.joined(channel, channelId);
      closeReplaced();
    },
    refused(channel, reason) {
      again.set(channel, Date.now() + pauseMs);
      listener.refused(channel, reason);
    },
    lost(channels) {
      // The successor of a lost connection may have joined its channels already.
      const missing = channels.filter((channel) => ![...all()].some((socket) => socket.isJoined(channel)));
      if (missing.length > 0) listener.lost(missing);
    },
  };

  const all = () => [...sockets, ...leaving.keys()];

  /**
   * Opens a new connection and keeps the old one until the new one has joined all channels, so that no message is
   * missed.
   */
  function replace(old: IrcSocket): void {
    if (!sockets.delete(old)) return;
    const successor = open();
    for (const channel of old.channels) successor.join(channel);
    leaving.set(old, { successor, until: Date.now() + overlapMs });
  }

  function closeReplaced(): void {
    for (const [old, { successor, until }] of leaving) {
      if (!successor.isComplete && Date.now() < until) continue;
      leaving.delete(old);
      old.close();
    }
  }

  function checkSockets(): void {
    closeReplaced();
    for (const socket of sockets) if (!socket.isAlive) replace(socket);
    for (const [channel, at] of again) {
      if (at > Date.now()) continue;
      again.delete(channel);
      for (const socket of sockets) if (socket.channels.has(channel)) socket.join(channel);
    }
  }

  const timer = setInterval(checkSockets, Math.min(checkMs, pauseMs));
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
      clearInterval(timer);
      for (const socket of all()) socket.close();
      sockets.clear();
      leaving.clear();
    },
  };
}
