import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageBatch, Subscription } from '../platform/pubsub.ts';

/** Events of one moment. They are resolved together in one context, so that their lookups are batched. */
export class EventBatch<Event> {
  constructor(
    readonly events: readonly Event[],
    /** Grows with each change of a state; has no meaning for other events. */
    readonly version: number,
  ) {}
}

/** What was read from the store at one time. */
export type Reading<Event> = {
  readonly events: readonly Event[];
  /** No more events come. */
  readonly over: boolean;
  /** The version of the state that was found. */
  readonly version?: number;
};

type Followed<Event> = {
  readonly subscribe: () => Promise<Subscription>;
  /** Reads from the store what subscribers are to see after these messages. */
  readonly read: (batch: MessageBatch) => Promise<Reading<Event>>;
  /** The pause after each batch of events. Messages that come meanwhile are merged. */
  readonly everyMs: number;
  /** Whether to read at once, before the first message. */
  readonly atOnce: boolean;
  /**
   * The stream whose states the events are: each reading gives one event, which is the same for everybody, and a newer
   * one replaces it. Such a stream is followed once for all subscribers with the same query.
   */
  readonly stateOf?: number;
};

const states = new WeakMap<object, number>();

/** Returns the id of the stream whose states a source gives; null for a source of other events. */
export const followedStream = (source: object): number | null => states.get(source) ?? null;

/**
 * The reason to abort a source. Without one, Node makes an error whose stack keeps its caller alive: each subscriber,
 * with all that it has read.
 */
const stopped = 'nobody follows any more';

const everything: MessageBatch = { messages: [], lost: true };

async function next(subscription: Subscription): Promise<MessageBatch | null> {
  const { done, value } = await subscription.next();
  return done ? null : value;
}

/**
 * Follows changes: reads from the store after each message. It subscribes at the first `next()`, so an iterator that
 * never begins needs no end, and misses no message after that. `return()` ends it at once, even while it waits.
 */
export function follow<Event>(followed: Followed<Event>): AsyncIterable<Event> {
  const { subscribe, read, everyMs, atOnce, stateOf } = followed;
  const stop = new AbortController();
  let subscription: Subscription | null = null;

  async function* run(): AsyncGenerator<EventBatch<Event>, undefined> {
    const messages = await subscribe();
    subscription = messages;
    try {
      if (stop.signal.aborted) return;
      let batch = atOnce ? everything : await next(messages);
      while (batch !== null) {
        const { events, over, version = 0 } = await read(batch);
        if (events.length > 0) yield new EventBatch(events, version);
        if (over) return;
        await sleep(everyMs, undefined, { signal: stop.signal });
        batch = await next(messages);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      await messages.return();
    }
  }

  const running = run();
  const iterator: AsyncIterableIterator<EventBatch<Event>, undefined> = {
    next: () => running.next(),
    return: async () => {
      stop.abort(stopped);
      await subscription?.return();
      return running.return(undefined);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  if (stateOf !== undefined) states.set(iterator, stateOf);
  return iterator as unknown as AsyncIterable<Event>; // safe: http/use-subscriptions.ts takes the events out
}
