import { setTimeout as sleep } from 'node:timers/promises';
import { EventSubConnection } from './connection.ts';
import type { Frame } from './frame.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Wanted } from './wanted.ts';

/** A channel that a session reads, or is about to. */
export type CollectedChannel = { readonly login: string; readonly channelId: string };

type Notification = Extract<Frame, { kind: 'notification' }>;

export type SessionListener = {
  notification(channel: CollectedChannel, frame: Notification): void;
  /** Called when the channel's events start to arrive. */
  joined(channel: CollectedChannel): void;
  /** Called when Twitch refuses the channel; the session has removed it. */
  refused(channel: CollectedChannel, reason: string): void;
  /** Called when events of these channels stop until they are `joined` again; the session reconnects by itself. */
  lost(channels: readonly CollectedChannel[]): void;
};

type SessionOptions = {
  readonly url: string;
  readonly subscriptions: Subscriptions;
  /** The subscriptions that a channel needs. */
  readonly wanted: (channelId: string) => Promise<readonly Wanted[]>;
  readonly listener: SessionListener;
};

type Held = CollectedChannel & { joined: boolean; ids: string[] };

const firstPauseMs = 500;
const longestPauseMs = 60_000;

/**
 * Reads channels over one connection, and reconnects when it is lost. When Twitch asks for a new connection, the old
 * one is kept until the new one's welcome: both are read meanwhile, and the subscriptions move to the new one.
 */
export class EventSubSession {
  readonly #options: SessionOptions;
  readonly #channels = new Map<string, Held>();
  readonly #closing = new AbortController();
  #connection: EventSubConnection | null = null;
  #successor: EventSubConnection | null = null;
  #sessionId: string | null = null;
  #pauseMs = firstPauseMs;
  /** Serialises the requests: one channel at a time. */
  #subscribing: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#connection = this.#connect(options.url);
  }

  get size(): number {
    return this.#channels.size;
  }

  has(channelId: string): boolean {
    return this.#channels.has(channelId);
  }

  add({ login, channelId }: CollectedChannel): void {
    const channel: Held = { login, channelId, joined: false, ids: [] };
    this.#channels.set(channelId, channel);
    if (this.#sessionId !== null) this.#enqueue(channel, this.#sessionId);
  }

  remove(channelId: string): void {
    const channel = this.#channels.get(channelId);
    this.#channels.delete(channelId);
    if (channel !== undefined) this.#endAll(channel);
  }

  close(): void {
    this.#closing.abort();
    this.#connection?.close();
    this.#successor?.close();
  }

  #connect(url: string): EventSubConnection {
    return new EventSubConnection(url, {
      frame: (connection, frame) => this.#take(connection, frame),
      lost: (connection) => this.#lose(connection),
    });
  }

  #take(connection: EventSubConnection, frame: Exclude<Frame, { kind: 'keepalive' }>): void {
    if (frame.kind === 'welcome') this.#welcome(connection, frame.sessionId);
    else if (frame.kind === 'reconnect') this.#move(frame.url);
    else {
      const channel = this.#channels.get(frame.channelId);
      if (channel === undefined) return;
      if (frame.kind === 'notification') this.#options.listener.notification(channel, frame);
      else this.#revoke(channel, frame);
    }
  }

  #welcome(connection: EventSubConnection, sessionId: string): void {
    this.#pauseMs = firstPauseMs;
    this.#sessionId = sessionId;
    if (connection !== this.#successor) {
      for (const channel of this.#channels.values()) this.#enqueue(channel, sessionId);
      return;
    }
    this.#connection?.close();
    this.#connection = connection;
    this.#successor = null;
    // Channels without subscriptions yet did not move with the session.
    for (const channel of this.#channels.values()) if (!channel.joined) this.#enqueue(channel, sessionId);
  }

  #move(url: string): void {
    if (this.#successor !== null || !isSocketUrl(url)) return;
    this.#successor = this.#connect(url);
  }

  #lose(connection: EventSubConnection): void {
    if (connection === this.#successor) {
      this.#successor = null;
      // The old connection is read until Twitch ends it.
      if (this.#connection === null) this.#reconnect();
    } else if (connection === this.#connection) {
      this.#connection = null;
      if (this.#successor === null) this.#reconnect();
    }
  }

  #reconnect(): void {
    this.#sessionId = null;
    const lost = [...this.#channels.values()].filter(({ joined }) => joined);
    for (const channel of this.#channels.values()) Object.assign(channel, { joined: false, ids: [] });
    if (lost.length > 0) this.#options.listener.lost(lost);
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    sleep(pauseMs, undefined, { signal: this.#closing.signal }).then(
      () => {
        this.#connection = this.#connect(this.#options.url);
      },
      () => {},
    );
  }

  #enqueue(channel: Held, sessionId: string): void {
    this.#subscribing = this.#subscribing.then(() => this.#subscribe(channel, sessionId));
  }

  /** Whether the channel still belongs to this session of Twitch's. */
  #isCurrent = (channel: Held, sessionId: string): boolean =>
    this.#sessionId === sessionId && this.#channels.get(channel.channelId) === channel;

  async #subscribe(channel: Held, sessionId: string): Promise<void> {
    const { signal } = this.#closing;
    const { subscriptions, wanted, listener } = this.#options;
    if (signal.aborted || channel.joined || !this.#isCurrent(channel, sessionId)) return;
    const create = async (one: Wanted) => {
      const id = await subscriptions.create(one, sessionId, signal);
      if (id !== null) channel.ids.push(id);
    };
    try {
      const all = await wanted(channel.channelId);
      const asked = await Promise.allSettled(all.filter(({ isRequired }) => isRequired).map(create));
      for (const one of asked) if (one.status === 'rejected') throw one.reason;
      // The chat is still readable without the optional ones.
      await Promise.allSettled(all.filter(({ isRequired }) => !isRequired).map(create));
    } catch (error) {
      if (signal.aborted || !this.#isCurrent(channel, sessionId)) return;
      this.#drop(channel, error instanceof Error ? error.message : 'the subscription failed');
      return;
    }
    if (signal.aborted) return;
    if (!this.#isCurrent(channel, sessionId)) {
      if (this.#sessionId === sessionId) this.#endAll(channel);
      return;
    }
    channel.joined = true;
    listener.joined(channel);
  }

  #revoke(channel: Held, { type, reason }: Extract<Frame, { kind: 'revocation' }>): void {
    // The chat is still readable without these.
    if (type === 'channel.update' || type.startsWith('channel.hype_train.')) return;
    this.#drop(channel, `Twitch revoked ${type}: ${reason}`);
  }

  #drop(channel: Held, reason: string): void {
    this.remove(channel.channelId);
    this.#options.listener.refused(channel, reason);
  }

  /** Ends the channel's subscriptions. Those that cannot be ended now end with the session. */
  #endAll(channel: Held): void {
    for (const id of channel.ids.splice(0))
      this.#options.subscriptions.end(id, this.#closing.signal).catch(() => {});
  }
}

function isSocketUrl(url: string): boolean {
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol);
}
