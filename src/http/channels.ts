import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { EventBatch } from '../graphql/live.ts';
import { Channel, type Followed, Reader, type States, type Told } from './channel.ts';

type Result = IteratorResult<ExecutionResult, undefined>;
type Answers = AsyncIterableIterator<ExecutionResult, undefined>;

/** Channels whose newest state is kept for those who join them, at most. */
const maxStates = 500;

/**
 * Follows a thing once for all who ask the same of it: the source of the first is read as long as there is anybody,
 * that of each later one for the present state only. Who finds the state that the channel has told last is given its
 * answer.
 */
export function createChannels(): (followed: Followed) => Answers {
  const channels = new Channels();
  return (followed) => new Subscriber(followed, channels);
}

/** The open channels, and the newest state that was found of each. */
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

/** The newest answer waits for its subscriber, who is given none that is older than the last. */
class Subscriber implements Answers {
  readonly #channels: Channels;
  readonly #leave: () => void;
  /** Null from the first `next()` on: it holds the whole request. */
  #followed: Followed | null;
  #channel: Channel | null = null;
  /** Reads the present state. */
  #reader: Reader | null = null;
  #version = -1;
  #waiting: Told | null = null;
  /** How the channel ended. */
  #finished: { readonly error?: unknown } | null = null;
  #asked: { resolve(result: Result): void; reject(error: unknown): void } | null = null;
  #ended = false;

  constructor(followed: Followed, channels: Channels) {
    this.#followed = followed;
    this.#leave = followed.leave;
    this.#channels = channels;
  }

  put(told: Told): void {
    if (told.version <= this.#version) return;
    this.#waiting = told;
    this.#give();
  }

  finish(how: { readonly error: unknown } | null): void {
    this.#finished = how ?? {};
    this.#give();
  }

  /** One call at a time. Nothing is held before the first. */
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

  /** Whoever consumes it may end it with an error, too. */
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
    // First, so that what changes meanwhile is heard of.
    this.#channel = known;
    known.add(this);
    this.#reader = reader;
    try {
      const told = await reader.next();
      if (this.#ended) return over;
      if (told === null) return this.#end();
      this.#version = told.version;
      if (this.#waiting !== null && this.#waiting.version <= told.version) this.#waiting = null;
      return { done: false, value: told.answer };
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
    const told = this.#waiting;
    if (asked === null || (told === null && this.#finished === null)) return;
    this.#asked = null;
    if (told !== null) {
      this.#waiting = null;
      this.#version = told.version;
      asked.resolve({ done: false, value: told.answer });
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
