import type { MessageBatch, Subscription } from '../platform/pubsub.ts';

const tick = {
  done: false,
  value: { messages: [], lost: false },
} as const satisfies IteratorResult<MessageBatch>;

/**
 * Adds an empty message to a subscription at each multiple of `everyMs` of the clock, for what changes as time
 * passes. Subscriptions with the same interval tick together, so that their lookups are batched.
 */
export function ticking(messages: Subscription, everyMs: number, now: () => number = Date.now): Subscription {
  let waiting: Promise<IteratorResult<MessageBatch, undefined>> | null = null;
  let timer: NodeJS.Timeout | undefined;
  async function next(): Promise<IteratorResult<MessageBatch, undefined>> {
    waiting ??= messages.next();
    const ticked = new Promise<typeof tick>((resolve) => {
      timer = setTimeout(() => resolve(tick), everyMs - (now() % everyMs));
    });
    const result = await Promise.race([waiting, ticked]);
    clearTimeout(timer);
    if (result !== tick) waiting = null;
    return result;
  }
  const subscription = {
    next,
    return() {
      clearTimeout(timer);
      return messages.return();
    },
    [Symbol.asyncIterator]: () => subscription,
  } as Subscription; // safe: `next` is typed above, which the type of both `next` and `return` cannot be
  return subscription;
}
