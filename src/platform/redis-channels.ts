import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';

type Done = (error: Error | null) => void;

/**
 * The subscribing side of a Redis connection, as graphql-redis-subscriptions expects it, with one difference: a channel
 * that cannot be subscribed now is subscribed when Redis is back, and after an outage all channels are subscribed
 * again. (The library would leave an unhandled rejection, and ioredis alone would also resubscribe channels that are no
 * longer needed.)
 *
 * Emits `listening` when all channels are subscribed, and `lost` when the connection is lost.
 */
export class RedisChannels extends EventEmitter<{ listening: []; lost: [] }> {
  readonly #redis: Redis;
  /** Callbacks for when a channel is subscribed, by channel. */
  readonly #wanted = new Map<string, Done[]>();
  #isListening = false;

  constructor(redis: Redis) {
    super();
    this.#redis = redis;
    redis.on('ready', () => void this.#subscribe([...this.#wanted.keys()]));
    redis.on('close', () => {
      if (!this.#isListening) return;
      this.#isListening = false;
      this.emit('lost');
    });
  }

  /** Whether every channel is subscribed. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** `done` is called when messages of the channel arrive; it never gets an error. */
  subscribe(channel: string, done: Done): void {
    this.#wanted.set(channel, [...(this.#wanted.get(channel) ?? []), done]);
    if (this.#isListening) void this.#subscribe([channel]);
  }

  unsubscribe(channel: string): void {
    this.#wanted.delete(channel);
    // While Redis is away, there is nothing to unsubscribe.
    this.#redis.unsubscribe(channel).catch(() => {});
  }

  /** The library also calls this; there are no patterns here. */
  punsubscribe(): void {}

  onMessage(receive: (channel: string, message: string) => void): void {
    this.#redis.on('message', receive);
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    try {
      if (channels.length > 0) await this.#redis.subscribe(...channels);
    } catch {
      // Reconnecting subscribes again.
      if (this.#redis.status === 'ready') this.#redis.disconnect(true);
      return;
    }
    for (const channel of channels) {
      const waiting = this.#wanted.get(channel);
      if (waiting === undefined) continue;
      this.#wanted.set(channel, []);
      for (const done of waiting) done(null);
    }
    if (this.#isListening) return;
    this.#isListening = true;
    this.emit('listening');
  }
}
