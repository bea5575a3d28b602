import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type OperationDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { checkComplexity } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { Together } from '../graphql/live.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';

type SubscriptionOptions = {
  /** How long resolving one event may take; the subscription itself lasts as long as its client. */
  readonly operationMs: number;
  readonly now: () => Date;
};

/**
 * Runs subscriptions: refused where too costly before anything is read, and each moment's events resolved in a
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
          return failure(new BadInputError('A subscription cannot be part of a batch: send it alone'));
        }
        try {
          return await subscribe(args, options);
        } catch (error) {
          return failure(error);
        }
      });
    },
  };
}

async function subscribe(args: ExecutionArgs, options: SubscriptionOptions) {
  const operation = getOperationAST(args.document, args.operationName);
  // Without one, or with variables that do not fit, GraphQL's own error says so.
  if (operation && haveVariables(args, operation))
    checkComplexity(args, operation, (args.contextValue as Context).limits);
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return respond(source[Symbol.asyncIterator](), args, options);
}

function haveVariables(
  { schema, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
): boolean {
  return (
    getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}).errors === undefined
  );
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
    timer = setTimeout(() => resolve(failure(new DomainError('TIMEOUT', message))), operationMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An answer that the mask for errors takes further. */
function failure(error: unknown): ExecutionResult {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}
