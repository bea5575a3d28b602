import { setTimeout as sleep } from 'node:timers/promises';
import type { News, Subscription } from '../platform/pubsub.ts';

/** Events of one moment: resolved at once, in one context, so that what they look up is looked up together. */
export class EventBatch<Event> {
  constructor(
    readonly events: readonly Event[],
    /** Grows with each change of a state; of no meaning for other events. */
    readonly version: number,
  ) {}
}

/** What a look at the store found. */
export type Look<Event> = {
  readonly events: readonly Event[];
  /** Nothing more will come. */
  readonly over: boolean;
  /** The version of the state that was found. */
  readonly version?: number;
};

type Followed<Event> = {
  readonly subscribe: () => Promise<Subscription>;
  /** Reads the store: what subscribers are to see after this news. */
  readonly look: (news: News) => Promise<Look<Event>>;
  /** The pause after each event or events; what is told meanwhile waits conflated. */
  readonly everyMs: number;
  /** Whether to look at once, before anything is told. */
  readonly atOnce: boolean;
  /**
   * The stream whose states the events are: one event a look, the same for everybody, and worth nothing once there is a
   * newer one. Such a stream is followed once for all who ask the same of it.
   */
  readonly stateOf?: number;
};

const states = new WeakMap<object, number>();

/** The id of the stream whose states a source of events gives; null for a source of other events. */
export const followedStream = (source: object): number | null => states.get(source) ?? null;

/**
 * Why a source is stopped. Without a reason of ours Node makes an error, whose stack keeps alive whoever called: each
 * subscriber, with all that it has read.
 */
const stopped = 'nobody follows any more';

const everything: News = { messages: [], lost: true };

async function next(subscription: Subscription): Promise<News | null> {
  const { done, value } = await subscription.next();
  return done ? null : value;
}

/**
 * Follows what is told of something by looking at the store each time. Nothing is held before the first `next()`, so
 * one that is never begun needs no end; no message after it is missed. `return()` ends it at once, also while it
 * waits.
 */
export function follow<Event>(followed: Followed<Event>): AsyncIterable<Event> {
  const { subscribe, look, everyMs, atOnce, stateOf } = followed;
  const stop = new AbortController();
  let subscription: Subscription | null = null;

  async function* run(): AsyncGenerator<EventBatch<Event>, undefined> {
    const heard = await subscribe();
    subscription = heard;
    try {
      if (stop.signal.aborted) return;
      let news = atOnce ? everything : await next(heard);
      while (news !== null) {
        const { events, over, version = 0 } = await look(news);
        if (events.length > 0) yield new EventBatch(events, version);
        if (over) return;
        await sleep(everyMs, undefined, { signal: stop.signal });
        news = await next(heard);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      await heard.return();
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
