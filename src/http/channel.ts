import type { ExecutionResult } from 'graphql';
import type { EventBatch } from '../graphql/live.ts';
import { must } from '../shared/errors.ts';
import type { Claim } from './event-answers.ts';

/** The answer to one state of a followed thing. A newer state replaces it. */
export type StateAnswer = { readonly version: number; readonly answer: ExecutionResult };

/** A source of states, and the functions to answer them. */
export type Followed = {
  /** Equal for subscribers with the same query on the same thing. */
  readonly key: string;
  readonly source: AsyncIterator<unknown>;
  readonly claim: (events: readonly object[]) => Claim;
  /** Called when the subscriber has ended. */
  readonly leave: () => void;
};

/** The newest known state of each thing. */
export type States = {
  /** Returns the first batch that was found with this state; its events may have been answered already. */
  foundFirst(key: string, found: EventBatch<object>): EventBatch<object>;
};

/** Reads the states of a source as answers. */
export class Reader {
  readonly #followed: Followed;
  readonly #states: States;
  #claimed: Claim | null = null;

  constructor(followed: Followed, states: States) {
    this.#followed = followed;
    this.#states = states;
  }

  /** Returns null when no more states come. */
  async next(): Promise<StateAnswer | null> {
    const { key, source, claim } = this.#followed;
    const { done, value } = await source.next();
    if (done) return null;
    const found = value as EventBatch<object>; // safe: see graphql/live.ts
    const { events, version } = this.#states.foundFirst(key, found);
    this.#claimed = claim(events);
    const answer = await must(this.#claimed.answers[0], 'a state is one event');
    this.#claimed.release();
    this.#claimed = null;
    return { version, answer };
  }

  end(): void {
    this.#claimed?.release();
    this.#followed.source.return?.().catch(() => {}); // nobody handles it
  }
}

/** A receiver of the answers of a channel. */
type Listener = {
  put(state: StateAnswer): void;
  /** Called when no more answers come: with the error, or null without one. */
  finish(how: { readonly error: unknown } | null): void;
};

/** Passes the answers of one reader to many listeners. */
export class Channel {
  readonly #reader: Reader;
  readonly #close: () => void;
  readonly #listeners = new Set<Listener>();

  /** `close` is called when the channel accepts no more listeners: its reader ended, or its last listener left. */
  constructor(reader: Reader, close: () => void) {
    this.#reader = reader;
    this.#close = close;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#close();
    this.#reader.end();
  }

  /** Never rejects: errors go to each listener. */
  async run(): Promise<void> {
    let finish = (listener: Listener) => listener.finish(null);
    try {
      for (let state = await this.#reader.next(); state !== null; state = await this.#reader.next()) {
        for (const listener of this.#listeners) listener.put(state);
      }
    } catch (error) {
      finish = (listener) => listener.finish({ error });
    }
    this.#close();
    for (const listener of this.#listeners) finish(listener);
  }
}
