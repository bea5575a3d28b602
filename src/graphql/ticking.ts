import type { News, Subscription } from '../platform/pubsub.ts';

const tick = { done: false, value: { messages: [], lost: false } } as const satisfies IteratorResult<News>;

/**
 * A subscription that also gives news, of nothing, at each multiple of `everyMs` of the clock: for what changes as time
 * passes. All who tick so often tick together, so what they look up is looked up together.
 */
export function ticking(heard: Subscription, everyMs: number, now: () => number = Date.now): Subscription {
  let waiting: Promise<IteratorResult<News, undefined>> | null = null;
  let timer: NodeJS.Timeout | undefined;
  async function next(): Promise<IteratorResult<News, undefined>> {
    waiting ??= heard.next();
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
      return heard.return();
    },
    [Symbol.asyncIterator]: () => subscription,
  } as Subscription; // safe: `next` is typed above, which the type of both `next` and `return` cannot be
  return subscription;
}
