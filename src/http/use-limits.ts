import { type ExecutionArgs, getOperationAST, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graphql/context.ts';
import { costOf } from '../graphql/cost-of.ts';
import { introspectionCost } from '../graphql/introspection-cost.ts';
import { BadInputError, DomainError, ForbiddenError, QueryTooComplexError } from '../shared/errors.ts';
import { boundErrors, firstErrors } from './bound-errors.ts';
import { addSizes, checkSize, emptySize } from './document-size.ts';
import type { Documents } from './documents.ts';
import { toGraphqlError } from './failure.ts';
import type { Limits } from './limits.ts';
import { refused } from './refused.ts';
import { ownTurn } from '../platform/turns.ts';

/**
 * Refuses documents, batches and running times over the limits. The documents of a request are measured together and
 * before any of them is validated: validation itself takes long over a huge document.
 */
export function useLimits(limits: Limits, documents: Documents): Plugin {
  const spend = createSpending(limits);
  return {
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult: asked }) {
        if (!Array.isArray(asked)) return;
        if (asked.length > limits.batch) {
          const message = `Batch too long: ${asked.length} operations asked, ${limits.batch} allowed`;
          throw refused(new QueryTooComplexError(message), 413);
        }
        let size = emptySize;
        for (const operation of asked as readonly unknown[]) {
          if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) {
            throw refused(new BadInputError('Each operation of a batch has to be an object'), 400);
          }
          size = addSizes(size, sizeOf((operation as { readonly query?: unknown }).query));
          checkTogether(size);
        }
      },
    }),
    // Operations of a batch would be validated and begun in one turn of the event loop.
    onParams: async () => void (await ownTurn()),
    onParse({ setParseFn }) {
      setParseFn((source: string) => documents.read(source).document);
    },
    onValidate({ params: { documentAST }, setResult }) {
      if (documents.isValid(documentAST)) {
        setResult([]);
        return;
      }
      return (validated) => {
        if (validated.valid) documents.keepValid(documentAST);
        else validated.setResult(firstErrors(validated.result.map((error) => graphqlLimit(error) ?? error)));
      };
    },
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        const refusal = spend(args);
        if (refusal !== null) return { errors: [refusal] };
        return boundErrors(await runWithin(limits.operationMs, executeFn, args));
      });
    },
    onSubscribe({ args, setSubscribeFn }) {
      const refusal = spend(args);
      if (refusal !== null) setSubscribeFn(() => ({ errors: [refusal] }));
    },
  };

  /** What is no document is told when its turn comes, beside the answers of the others. */
  function sizeOf(query: unknown) {
    if (typeof query !== 'string') return emptySize;
    try {
      return documents.read(query).size;
    } catch (error) {
      if (error instanceof GraphQLError && error.originalError instanceof QueryTooComplexError) throw error;
      return emptySize;
    }
  }

  function checkTogether(size: typeof emptySize): void {
    try {
      checkSize(size, limits);
    } catch (error) {
      throw refused(error as QueryTooComplexError); // safe: it throws no other
    }
  }
}

/** Counts what the operations of a request cost together; gives the refusal of one that is too much. */
function createSpending(allowed: Limits): (args: ExecutionArgs) => GraphQLError | null {
  const spent = new WeakMap<object, { fields: number; introspection: number }>();
  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation) return null; // running it says so
    const { request = args, caller } = args.contextValue as Context & { request?: object }; // safe: Yoga adds the request
    try {
      const before = spent.get(request) ?? { fields: 0, introspection: 0 };
      const fields = before.fields + costOf(args, operation);
      const asked = before.introspection + introspectionCost(args.schema, args.document, operation);
      const introspection = Math.round(asked);
      spent.set(request, {
        fields: Math.min(fields, allowed.cost),
        introspection: Math.min(introspection, allowed.introspection),
      });
      if (fields > allowed.cost) {
        const message = `Query too costly: ${fields} fields with their lists asked, ${allowed.cost} allowed`;
        return refused(new QueryTooComplexError(message));
      }
      if (asked > 0 && !caller.seesSchema) {
        return refused(new ForbiddenError('Introspection needs a key beyond this machine'));
      }
      if (introspection <= allowed.introspection) return null;
      const message = `Introspection too costly: ${introspection} fields with their lists asked, ${allowed.introspection} allowed`;
      return refused(new QueryTooComplexError(message));
    } catch (error) {
      return toGraphqlError(error);
    }
  };
}

/** graphql-js' own limits, which have a text but no code; null for other errors. */
function graphqlLimit({ message }: Error): GraphQLError | null {
  if (message === 'Validation aborted.') return refused(new QueryTooComplexError('Query too repetitive'));
  if (message === 'Maximum introspection depth exceeded') {
    const text = 'Introspection too deep: over 2 lists inside one another asked, 2 allowed';
    return refused(new QueryTooComplexError(text));
  }
  return null;
}

/**
 * Stops when time is up or the client has left: no further resolver starts, and what a query has asked the store is
 * cancelled. What a mutation writes is written to its end.
 */
async function runWithin<Result>(
  operationMs: number,
  execute: (args: ExecutionArgs & { signal: AbortSignal }) => Result | Promise<Result>,
  args: ExecutionArgs,
): Promise<Result> {
  const controller = new AbortController();
  const { signal } = controller;
  const context = args.contextValue as Context & { readonly request?: Request }; // safe: Yoga adds the request
  const clientLeft = context.clientLeft ?? context.request?.signal;
  const leave = () => controller.abort(clientLeft?.reason);
  clientLeft?.addEventListener('abort', leave, { once: true });
  if (clientLeft?.aborted) leave();
  const timer = setTimeout(() => {
    const message = `The operation took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
    controller.abort(new DomainError('TIMEOUT', message));
  }, operationMs);
  try {
    const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
    const contextValue = isQuery ? { ...context, db: context.db.until(signal) } : context;
    return await execute({ ...args, contextValue, signal });
  } finally {
    clearTimeout(timer);
    clientLeft?.removeEventListener('abort', leave);
  }
}
