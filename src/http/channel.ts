import type { ExecutionResult } from 'graphql';
import type { EventBatch } from '../graphql/live.ts';
import { must } from '../shared/errors.ts';
import type { Claim } from './event-answers.ts';

/** A state of what is followed, as an answer. Newer ones make it worthless. */
export type Told = { readonly version: number; readonly answer: ExecutionResult };

/** A source of states, and who answers them. */
export type Followed = {
  /** Equal for those who ask the same of the same thing. */
  readonly key: string;
  readonly source: AsyncIterator<unknown>;
  readonly claim: (events: readonly object[]) => Claim;
  /** Called when the subscriber has ended. */
  readonly leave: () => void;
};

/** The newest state that was found of each thing. */
export type States = {
  /** The same state as it was found first, whose events may have been answered already. */
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

  /** Null when nothing more will come. */
  async next(): Promise<Told | null> {
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
    this.#followed.source.return?.().catch(() => {}); // nobody is there to hear of it
  }
}

/** Who is told what a channel reads. */
type Listener = {
  put(told: Told): void;
  /** Nothing more will come; with what went wrong, null where nothing did. */
  finish(how: { readonly error: unknown } | null): void;
};

/** Hands what one reader reads to many listeners. */
export class Channel {
  readonly #reader: Reader;
  readonly #close: () => void;
  readonly #listeners = new Set<Listener>();

  /** `close` is called when the channel takes nobody any more: its reader ended, or its last listener left. */
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

  /** Never rejects: what goes wrong is each listener's to tell. */
  async run(): Promise<void> {
    let finish = (listener: Listener) => listener.finish(null);
    try {
      for (let told = await this.#reader.next(); told !== null; told = await this.#reader.next()) {
        for (const listener of this.#listeners) listener.put(told);
      }
    } catch (error) {
      finish = (listener) => listener.finish({ error });
    }
    this.#close();
    for (const listener of this.#listeners) finish(listener);
  }
}
