import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Carrier, CarrierListener, CarrierConnection } from './carrier.ts';
import { commandTimeoutMs, openRedis, readyOrLate } from './redis.ts';
import { RedisChannels } from './redis-channels.ts';

/**
 * Opens a carrier over Redis' PUBLISH, with one channel per family. Channels are global to the Redis server, so the
 * prefix must be unique to the deployment. `listen` opens the listening connection.
 */
export function openRedisCarrier(url: string, prefix: string, log: Logger): Carrier {
  // Connects on first use, so that read-only commands never connect.
  const publisher = openRedis(url, { name: 'larkstat-news-out', log, lazy: true });
  const channelOf = (family: string) => `${prefix}:${family}`;
  let connecting: Promise<void> | null = null;
  const connect = () => {
    // It retries by itself.
    if (connecting === null) publisher.connect().catch(() => {});
    connecting ??= readyOrLate(publisher);
    return connecting;
  };
  return {
    kind: 'redis',
    send: async (family, payloads) => {
      await connect();
      await Promise.all(payloads.map((payload) => publisher.publish(channelOf(family), payload)));
    },
    listen: async (listener) => {
      const subscriber = openRedis(url, { name: 'larkstat-news-in', log });
      const channels = new RedisChannels(subscriber);
      const families = new Families(pubSubOf(publisher, channels), channels, channelOf, listener);
      // Families that are joined later are subscribed at once.
      await readyOrLate(subscriber);
      return {
        isReceiving: () => channels.isListening,
        join: (family) => families.join(family),
        leave: (family) => families.leave(family),
        close: async () => subscriber.disconnect(),
      } satisfies CarrierConnection;
    },
    check: async () => {
      await connect();
      await publisher.ping();
    },
    close: async () => publisher.disconnect(),
  };
}

function pubSubOf(publisher: Redis, channels: RedisChannels): RedisPubSub {
  const subscriber = {
    on: (event: string, receive: (channel: string, message: string) => void) => {
      if (event === 'message') channels.onMessage(receive);
    },
    subscribe: (channel: string, done: (error: Error | null) => void) => channels.subscribe(channel, done),
    unsubscribe: (channel: string) => channels.unsubscribe(channel),
    punsubscribe: () => {},
  } as unknown as Redis; // safe: the library calls these and `quit`, which only its `close` does
  return new RedisPubSub({ publisher, subscriber, serializer: String, deserializer: String });
}

type Joined = {
  members: number;
  readonly subscribing: Promise<number>;
  /** Resolves when its payloads arrive, or when waiting for that is not possible. */
  readonly subscribed: Promise<void>;
};

/** One Redis subscription per family, created for the first member and removed with the last. */
class Families {
  readonly #pubSub: RedisPubSub;
  readonly #channels: RedisChannels;
  readonly #channelOf: (family: string) => string;
  readonly #listener: CarrierListener;
  readonly #joined = new Map<string, Joined>();
  #wasAway = false;

  constructor(
    pubSub: RedisPubSub,
    channels: RedisChannels,
    channelOf: (family: string) => string,
    listener: CarrierListener,
  ) {
    this.#pubSub = pubSub;
    this.#channels = channels;
    this.#channelOf = channelOf;
    this.#listener = listener;
    channels.on('lost', () => {
      this.#wasAway = true;
      listener.onAway();
    });
    channels.on('listening', () => {
      if (this.#wasAway) listener.onBack();
    });
  }

  async join(family: string): Promise<void> {
    const joined = this.#joined.get(family) ?? this.#subscribe(family);
    joined.members += 1;
    await joined.subscribed;
    // A member that joins while Redis is away is notified by `onBack` later.
    if (!this.#channels.isListening) this.#wasAway = true;
  }

  leave(family: string): void {
    const joined = this.#joined.get(family);
    if (joined === undefined) return;
    joined.members -= 1;
    if (joined.members > 0) return;
    this.#joined.delete(family);
    joined.subscribing.then((id) => this.#pubSub.unsubscribe(id));
  }

  #subscribe(family: string): Joined {
    const subscribing = this.#pubSub.subscribe(this.#channelOf(family), (payload: string) =>
      this.#listener.onPayload(payload),
    );
    const subscribed = this.#channels.isListening ? this.#subscribedOrAway(subscribing) : Promise.resolve();
    const joined = { members: 0, subscribing, subscribed };
    this.#joined.set(family, joined);
    return joined;
  }

  async #subscribedOrAway(subscribing: Promise<number>): Promise<void> {
    let stop = () => {};
    const away = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, commandTimeoutMs);
      this.#channels.once('lost', resolve);
      stop = () => {
        clearTimeout(timer);
        this.#channels.off('lost', resolve);
      };
    });
    await Promise.race([subscribing, away]);
    stop();
  }
}
