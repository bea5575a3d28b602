import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Together } from '../graphql/live.ts';
import { BadInputError, RateLimitedError } from '../shared/errors.ts';
import { type Claim, createEventAnswers, type EventAnswers } from './event-answers.ts';
import { failed } from './failure.ts';

type SubscriptionOptions = {
  /** How long resolving one event may take; the subscription itself lasts as long as its client. */
  readonly operationMs: number;
  /** How many may be open at once. */
  readonly subscriptions: number;
  readonly now: () => Date;
};

/** Runs subscriptions: each moment's events have a context of their own, so that no loader serves older rows. */
export function useSubscriptions(options: SubscriptionOptions): Plugin {
  const batches = new WeakSet<Request>();
  const open = new Set<symbol>();
  const answers = createEventAnswers(options);
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
          return await subscribe(args, answers, leave);
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

async function subscribe(args: ExecutionArgs, answers: EventAnswers, leave: () => void) {
  // Subscribers share what they look up, so that none of them may cancel it.
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) {
    leave();
    return source;
  }
  const question = answers.questionOf(args);
  const claim = (events: readonly object[]) => answers.claim(question, events);
  return respond(source[Symbol.asyncIterator](), claim, leave);
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The answers to a source's events, in order. Ending them ends the source, also while it waits, and cancels what nobody
 * else waits for.
 */
function respond(
  source: AsyncIterator<unknown>,
  claim: (events: readonly object[]) => Claim,
  leave: () => void,
): AsyncIterableIterator<ExecutionResult, undefined> {
  /** The events of one moment, and how many of their answers were given. */
  let claimed: Claim | null = null;
  let given = 0;
  let ended = false;
  const end = () => {
    ended = true;
    claimed?.release();
    leave();
    return over;
  };

  /** One call at a time. */
  async function next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    while (!ended) {
      const answer = claimed?.answers[given];
      if (answer !== undefined) {
        given += 1;
        const value = await answer;
        return ended ? over : { done: false, value };
      }
      claimed?.release();
      claimed = null;
      const { done, value } = await source.next();
      if (done) return end();
      if (ended) break;
      // Safe: every source gives the events of one moment, see graphql/live.ts.
      claimed = claim((value as Together<object>).events);
      given = 0;
    }
    return over;
  }

  const iterator: AsyncIterableIterator<ExecutionResult, undefined> = {
    next: async () => {
      try {
        return await next();
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      end();
      await source.return?.();
      return over;
    },
    // Whoever consumes it may end it with an error, too.
    throw: async (error) => {
      end();
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
