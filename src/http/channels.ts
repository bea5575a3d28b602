import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { EventBatch } from '../graphql/live.ts';
import { Channel, type Followed, Reader, type StateAnswer, type States } from './channel.ts';

type Result = IteratorResult<ExecutionResult, undefined>;
type Answers = AsyncIterableIterator<ExecutionResult, undefined>;

/** The most channels whose newest state is kept for later subscribers. */
const maxStates = 500;

/**
 * Follows a thing once for all subscribers with the same query. The source of the first subscriber is read as long as
 * there is any subscriber; the source of a later one only for the current state. A subscriber that finds the same
 * state as the channel's last one gets its answer.
 */
export function createChannels(): (followed: Followed) => Answers {
  const channels = new Channels();
  return (followed) => new Subscriber(followed, channels);
}

/** The open channels, and the newest state of each. */
class Channels implements States {
  readonly #open = new Map<string, Channel>();
  readonly #newest = new LRUCache<string, EventBatch<object>>({ max: maxStates });

  get(key: string): Channel | undefined {
    return this.#open.get(key);
  }

  set(key: string, channel: Channel): void {
    this.#open.set(key, channel);
  }

  delete(key: string, channel: Channel): void {
    if (this.#open.get(key) !== channel) return;
    this.#open.delete(key);
    this.#newest.delete(key);
  }

  foundFirst(key: string, found: EventBatch<object>): EventBatch<object> {
    const newest = this.#newest.get(key);
    if (newest?.version === found.version) return newest;
    if (newest === undefined || newest.version < found.version) this.#newest.set(key, found);
    return found;
  }
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Holds the newest answer for a subscriber, which never gets an answer older than its last. */
class Subscriber implements Answers {
  readonly #channels: Channels;
  readonly #leave: () => void;
  /** Null after the first `next()`, because it holds the whole request. */
  #followed: Followed | null;
  #channel: Channel | null = null;
  /** Reads the current state. */
  #reader: Reader | null = null;
  #version = -1;
  #waiting: StateAnswer | null = null;
  /** How the channel ended. */
  #finished: { readonly error?: unknown } | null = null;
  #asked: { resolve(result: Result): void; reject(error: unknown): void } | null = null;
  #ended = false;

  constructor(followed: Followed, channels: Channels) {
    this.#followed = followed;
    this.#leave = followed.leave;
    this.#channels = channels;
  }

  put(state: StateAnswer): void {
    if (state.version <= this.#version) return;
    this.#waiting = state;
    this.#give();
  }

  finish(how: { readonly error: unknown } | null): void {
    this.#finished = how ?? {};
    this.#give();
  }

  /** Called once at a time. Nothing is held before the first call. */
  next(): Promise<Result> {
    if (this.#ended) return Promise.resolve(over);
    if (this.#followed === null) return this.#wait();
    const followed = this.#followed;
    this.#followed = null;
    return this.#begin(followed.key, new Reader(followed, this.#channels));
  }

  return(): Promise<Result> {
    this.#end();
    return Promise.resolve(over);
  }

  /** A consumer may also end it with an error. */
  throw(error: unknown): Promise<Result> {
    this.#end();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #begin(key: string, reader: Reader): Promise<Result> {
    const channels = this.#channels;
    const known = channels.get(key);
    if (known === undefined) {
      const channel: Channel = new Channel(reader, () => channels.delete(key, channel));
      channels.set(key, channel);
      this.#channel = channel;
      channel.add(this);
      void channel.run();
      return this.#wait();
    }
    // Joined before the read, so that no change is missed.
    this.#channel = known;
    known.add(this);
    this.#reader = reader;
    try {
      const state = await reader.next();
      if (this.#ended) return over;
      if (state === null) return this.#end();
      this.#version = state.version;
      if (this.#waiting !== null && this.#waiting.version <= state.version) this.#waiting = null;
      return { done: false, value: state.answer };
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#reader = null;
      reader.end();
    }
  }

  #wait(): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#give();
    });
  }

  #give(): void {
    const asked = this.#asked;
    const state = this.#waiting;
    if (asked === null || (state === null && this.#finished === null)) return;
    this.#asked = null;
    if (state !== null) {
      this.#waiting = null;
      this.#version = state.version;
      asked.resolve({ done: false, value: state.answer });
      return;
    }
    const { error } = this.#finished ?? {};
    this.#end();
    if (error === undefined) asked.resolve(over);
    else asked.reject(error);
  }

  #end(): typeof over {
    if (this.#ended) return over;
    this.#ended = true;
    this.#reader?.end();
    this.#channel?.remove(this);
    this.#leave();
    this.#followed = null;
    this.#asked?.resolve(over);
    return over;
  }
}
