import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graphql/context.ts';
import { Together } from '../graphql/live.ts';
import { BadInputError, DomainError, RateLimitedError } from '../shared/errors.ts';
import { boundErrors } from './bound-errors.ts';
import { failed } from './failure.ts';

type SubscriptionOptions = {
  /** How long resolving one event may take; the subscription itself lasts as long as its client. */
  readonly operationMs: number;
  /** How many may be open at once. */
  readonly subscriptions: number;
  readonly now: () => Date;
};

/**
 * Runs subscriptions, each moment's events resolved in a
 * context of their own, so that no loader serves rows of the moment before.
 */
export function useSubscriptions(options: SubscriptionOptions): Plugin {
  const batches = new WeakSet<Request>();
  const open = new Set<symbol>();
  return {
    onRequestParse: ({ request }) => ({
      onRequestParseDone({ requestParserResult }) {
        if (Array.isArray(requestParserResult)) batches.add(request);
      },
    }),
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const { request } = args.contextValue as { request?: Request };
        if (request && batches.has(request)) {
          return failed(new BadInputError('A subscription cannot be part of a batch: send it alone'));
        }
        if (open.size >= options.subscriptions) return failed(tooMany(open.size));
        const place = Symbol();
        const leave = () => void open.delete(place);
        open.add(place);
        try {
          return await subscribe(args, options, leave);
        } catch (error) {
          leave();
          return failed(error);
        }
      });
    },
  };
}

const tooMany = (open: number) =>
  new RateLimitedError(`Too many subscriptions: ${open} are open already`, new Date(Date.now() + 5_000));

async function subscribe(args: ExecutionArgs, options: SubscriptionOptions, leave: () => void) {
  // Subscribers share what they look up, so that none of them may cancel it.
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) {
    leave();
    return source;
  }
  return respond(source[Symbol.asyncIterator](), args, { ...options, leave, ended: new AbortController() });
}

/**
 * The answers to a source's events, in order. Ending them ends the source, also while it waits, and cancels what is
 * being asked of the store.
 */
function respond(
  source: AsyncIterator<unknown>,
  args: ExecutionArgs,
  {
    operationMs,
    now,
    leave,
    ended,
  }: SubscriptionOptions & { readonly leave: () => void; readonly ended: AbortController },
): AsyncIterableIterator<ExecutionResult> {
  async function* run(): AsyncGenerator<ExecutionResult, undefined> {
    try {
      for (;;) {
        const { done, value } = await source.next();
        if (done) return;
        const events = value instanceof Together ? value.events : [value];
        yield* await within(operationMs, ended.signal, (signal) => {
          const context = args.contextValue as Context; // safe: the app made it
          const contextValue: Context = { ...context, now: now(), db: context.db.until(signal) };
          return events.map((rootValue) => execute({ ...args, rootValue, contextValue }));
        });
      }
    } finally {
      leave();
    }
  }
  const running = run();
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: () => running.next(),
    return: async () => {
      leave();
      ended.abort();
      await source.return?.();
      return running.return(undefined);
    },
    // Whoever consumes it may end it with an error, too.
    throw: async (error) => {
      leave();
      ended.abort();
      await source.return?.();
      return running.throw(error);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/** The answers to events of one moment; those that are late are told so, and what they ask the store is cancelled. */
async function within(
  operationMs: number,
  ended: AbortSignal,
  run: (signal: AbortSignal) => readonly (ExecutionResult | Promise<ExecutionResult>)[],
): Promise<readonly ExecutionResult[]> {
  const message = `The event took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
  const timeUp = new DomainError('TIMEOUT', message);
  const controller = new AbortController();
  const end = () => controller.abort(ended.reason);
  ended.addEventListener('abort', end, { once: true });
  const timer = setTimeout(() => controller.abort(timeUp), operationMs);
  const late = new Promise<ExecutionResult>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(failed(timeUp)), { once: true });
  });
  try {
    const answers = run(controller.signal).map((answer) => Promise.race([answer, late]));
    return (await Promise.all(answers)).map(boundErrors);
  } finally {
    clearTimeout(timer);
    ended.removeEventListener('abort', end);
  }
}
