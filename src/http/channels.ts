import type { ExecutionResult } from 'graphql';
import type { Together } from '../graphql/live.ts';
import { must } from '../shared/errors.ts';
import type { Claim } from './event-answers.ts';

/** A state of what is followed, as an answer. Newer ones make it worthless. */
type Told = { readonly version: number; readonly answer: ExecutionResult };
type Result = IteratorResult<ExecutionResult, undefined>;
type Answers = AsyncIterableIterator<ExecutionResult, undefined>;

/** A source of states, and who answers them. */
type Followed = {
  /** Equal for those who ask the same of the same thing. */
  readonly key: string;
  readonly source: AsyncIterator<unknown>;
  readonly claim: (events: readonly object[]) => Claim;
  /** Called when the subscriber has ended. */
  readonly leave: () => void;
};

/**
 * Follows a thing once for all who ask the same of it: the source of the first is read as long as there is anybody,
 * that of each later one for the present state only.
 */
export function createChannels(): (followed: Followed) => Answers {
  const channels = new Map<string, Channel>();
  return (followed) => new Subscriber(followed, channels);
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Reads the states of a source as answers. */
class Reader {
  readonly #followed: Followed;
  #claimed: Claim | null = null;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  /** Null when nothing more will come. */
  async next(): Promise<Told | null> {
    const { done, value } = await this.#followed.source.next();
    if (done) return null;
    const { events, version } = value as Together<object>; // safe: see graphql/live.ts
    this.#claimed = this.#followed.claim(events);
    const answer = await must(this.#claimed.answers[0], 'a state is one event');
    this.#claimed.release();
    this.#claimed = null;
    return { version, answer };
  }

  end(): void {
    this.#claimed?.release();
    this.#followed.source.return?.().catch(() => {}); // nobody is there to hear of it
  }
}

/** Hands what one reader reads to many subscribers. */
class Channel {
  readonly #reader: Reader;
  readonly #close: () => void;
  readonly #subscribers = new Set<Subscriber>();

  constructor(reader: Reader, close: () => void) {
    this.#reader = reader;
    this.#close = close;
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size > 0) return;
    this.#close();
    this.#reader.end();
  }

  /** Never rejects: what goes wrong is each subscriber's to tell. */
  async run(): Promise<void> {
    let finish = (subscriber: Subscriber) => subscriber.finish(null);
    try {
      for (let told = await this.#reader.next(); told !== null; told = await this.#reader.next()) {
        for (const subscriber of this.#subscribers) subscriber.put(told);
      }
    } catch (error) {
      finish = (subscriber) => subscriber.finish({ error });
    }
    this.#close();
    for (const subscriber of this.#subscribers) finish(subscriber);
  }
}

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
