import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graphql/context.ts';
import { Together } from '../graphql/live.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import { boundErrors } from './bound-errors.ts';
import { failed } from './failure.ts';

type SubscriptionOptions = {
  /** How long resolving one event may take; the subscription itself lasts as long as its client. */
  readonly operationMs: number;
  readonly now: () => Date;
};

/**
 * Runs subscriptions, each moment's events resolved in a
 * context of their own, so that no loader serves rows of the moment before.
 */
export function useSubscriptions(options: SubscriptionOptions): Plugin {
  const batches = new WeakSet<Request>();
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
        try {
          return await subscribe(args, options);
        } catch (error) {
          return failed(error);
        }
      });
    },
  };
}

async function subscribe(args: ExecutionArgs, options: SubscriptionOptions) {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return respond(source[Symbol.asyncIterator](), args, options);
}

/** The answers to a source's events, in order. Ending them ends the source, also while it waits. */
function respond(
  source: AsyncIterator<unknown>,
  args: ExecutionArgs,
  options: SubscriptionOptions,
): AsyncIterableIterator<ExecutionResult> {
  async function* run(): AsyncGenerator<ExecutionResult, undefined> {
    for (;;) {
      const { done, value } = await source.next();
      if (done) return;
      const events = value instanceof Together ? value.events : [value];
      const contextValue: Context = { ...(args.contextValue as Context), now: options.now() };
      yield* await Promise.all(
        events.map((rootValue) => within(options.operationMs, execute({ ...args, rootValue, contextValue }))),
      );
    }
  }
  const running = run();
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: () => running.next(),
    return: async () => {
      await source.return?.();
      return running.return(undefined);
    },
    // Whoever consumes it may end it with an error, too.
    throw: async (error) => {
      await source.return?.();
      return running.throw(error);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

async function within(
  operationMs: number,
  answer: ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ExecutionResult>((resolve) => {
    const message = `The event took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
    timer = setTimeout(() => resolve(failed(new DomainError('TIMEOUT', message))), operationMs);
  });
  try {
    return boundErrors(await Promise.race([answer, late]));
  } finally {
    clearTimeout(timer);
  }
}
