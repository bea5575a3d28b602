import type { ExecutionResult } from 'graphql';
import { Channel, type Followed, Reader, type Told } from './channel.ts';

type Result = IteratorResult<ExecutionResult, undefined>;
type Answers = AsyncIterableIterator<ExecutionResult, undefined>;

/**
 * Follows a thing once for all who ask the same of it: the source of the first is read as long as there is anybody,
 * that of each later one for the present state only.
 */
export function createChannels(): (followed: Followed) => Answers {
  const channels = new Map<string, Channel>();
  return (followed) => new Subscriber(followed, channels);
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** The newest answer waits for its subscriber, who is given none that is older than the last. */
class Subscriber implements Answers {
  readonly #followed: Followed;
  readonly #channels: Map<string, Channel>;
  #channel: Channel | null = null;
  /** Reads the present state. */
  #reader: Reader | null = null;
  #version = -1;
  #waiting: Told | null = null;
  /** How the channel ended. */
  #finished: { readonly error?: unknown } | null = null;
  #asked: { resolve(result: Result): void; reject(error: unknown): void } | null = null;
  #ended = false;

  constructor(followed: Followed, channels: Map<string, Channel>) {
    this.#followed = followed;
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
    if (this.#channel === null) return this.#begin();
    return this.#wait();
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

  async #begin(): Promise<Result> {
    const { key } = this.#followed;
    const reader = new Reader(this.#followed);
    const known = this.#channels.get(key);
    if (known === undefined) {
      const channel: Channel = new Channel(reader, () => {
        if (this.#channels.get(key) === channel) this.#channels.delete(key);
      });
      this.#channels.set(key, channel);
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
    this.#followed.leave();
    this.#asked?.resolve(over);
    return over;
  }
}
