import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { followedStream, type EventBatch } from '../graphql/live.ts';
import { BadInputError, RateLimitedError } from '../shared/errors.ts';
import { createChannels } from './channels.ts';
import { type Claim, createEventAnswers } from './event-answers.ts';
import { eventStream } from './event-stream.ts';
import { failed } from './failure.ts';

type SubscriptionOptions = {
  /** How long resolving one event may take. The subscription itself lasts as long as its client. */
  readonly operationMs: number;
  /** The most open subscriptions. */
  readonly subscriptions: number;
  /** The most moments whose events are resolved at the same time. */
  readonly operationsAtOnce: number;
  readonly now: () => Date;
  /** Masks an error for clients. */
  readonly mask: (error: unknown) => GraphQLError;
};

/**
 * Runs subscriptions. The events of each moment have a context of their own, so that no loader serves older rows.
 * Over HTTP it also sends them, because the plugins of Yoga take as long for an event as all other work.
 */
export function useSubscriptions(options: SubscriptionOptions): Plugin {
  const batches = new WeakSet<Request>();
  const open = new Set<symbol>();
  const subscribe = createSubscribe(options);
  /** The answers of each subscribing request, before plugins see them. */
  const sources = new WeakMap<Request, AsyncIterator<ExecutionResult>>();
  const toEvents = eventStream(options.mask);
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
          const answers = await subscribe(args, leave);
          if (request && isAsyncIterable(answers)) sources.set(request, answers);
          return answers;
        } catch (error) {
          leave();
          return failed(error);
        }
      });
    },
    onResultProcess({ request, resultProcessor, setResultProcessor }) {
      const answers = sources.get(request);
      // Yoga has already checked whether the client accepts events.
      if (!resultProcessor || answers === undefined) return;
      setResultProcessor((_result, { Response }) => toEvents(answers, Response), 'text/event-stream');
    },
  };
}

const tooMany = (open: number) =>
  new RateLimitedError(`Too many subscriptions: ${open} are open already`, new Date(Date.now() + 5_000));

function createSubscribe(options: SubscriptionOptions) {
  const answers = createEventAnswers(options);
  const follow = createChannels();
  return async (args: ExecutionArgs, leave: () => void) => {
    // Subscribers share their lookups, so no single one may cancel them.
    const events = await createSourceEventStream(args);
    if (!isAsyncIterable(events)) {
      leave();
      return events;
    }
    const stream = followedStream(events);
    const query = answers.queryOf(args, stream);
    const claim = (events: readonly object[]) => answers.claim(query, events);
    const source = events[Symbol.asyncIterator]();
    if (stream === null) return respond(source, claim, leave);
    return follow({ key: query.key, source, claim, leave });
  };
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Answers the events of a source, in order. Ending it ends the source, even while it waits, and cancels what nobody
 * else waits for.
 */
function respond(
  source: AsyncIterator<unknown>,
  claim: (events: readonly object[]) => Claim,
  leave: () => void,
): AsyncIterableIterator<ExecutionResult, undefined> {
  /** The answers to the events of one moment, and how many of them were given. */
  let claimed: Claim | null = null;
  let given = 0;
  let ended = false;
  const end = () => {
    ended = true;
    claimed?.release();
    leave();
    return over;
  };

  /** Called once at a time. */
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
      claimed = claim((value as EventBatch<object>).events);
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
    // A consumer may also end it with an error.
    throw: async (error) => {
      end();
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
