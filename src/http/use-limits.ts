import { type ExecutionArgs, getOperationAST, GraphQLError } from 'graphql';
import type { Bill } from '../access/bill.ts';
import { actualCostOf } from '../graphql/actual-cost.ts';
import { type Context, contextUntil } from '../graphql/context.ts';
import { costOf } from '../graphql/cost-of.ts';
import { introspectionCost } from '../graphql/introspection-cost.ts';
import { BadInputError, DomainError, ForbiddenError, QueryTooComplexError } from '../shared/errors.ts';
import { boundErrors, firstErrors } from './bound-errors.ts';
import { addSizes, checkSize, emptySize } from './document-size.ts';
import { clientLeft } from './client-left.ts';
import type { Documents } from './documents.ts';
import type { Execute, Result, ExecutePlugin } from './execution.ts';
import { toGraphqlError } from './failure.ts';
import type { Limits } from './limits.ts';
import { perOperation } from './per-operation.ts';
import { refuseWhole } from './refuse-whole.ts';
import { refused } from './refused.ts';
import { createDeadlines, type Deadlines } from '../platform/deadlines.ts';
import { Cancellation } from '../platform/cancellation.ts';
import { shortTurn } from '../platform/turns.ts';

/**
 * Refuses documents, batches and run times over the limits. The documents of a request are measured together before
 * any is validated, because validation is slow for a huge document.
 */
export function useLimits(limits: Limits, documents: Documents): ExecutePlugin {
  const spend = createSpending(limits);
  const within = createDeadlines(limits.operationMs);
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
    // Otherwise all operations of a batch would be validated and begun in one turn of the event loop.
    onParams: async () => void (await shortTurn()),
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
    wrapExecute: (execute) => async (args) => {
      const spent = spend(args);
      if (spent instanceof GraphQLError) return { errors: [spent] };
      const run = () => runWithin({ ms: limits.operationMs, within }, execute, args);
      const result = await (billOf(args) === null ? run() : billed(args, spent, run));
      return boundErrors(isMutation(args) ? result : refuseWhole(result));
    },
    async onSubscribe({ args, setSubscribeFn }) {
      const spent = spend(args);
      if (spent instanceof GraphQLError) return setSubscribeFn(() => ({ errors: [spent] }));
      // Charged like its first event, since the number of events is unknown.
      await billOf(args)?.request(spent.fields);
    },
  };

  /**
   * Returns the size of a document. An invalid one counts as empty: its own turn reports the error, beside the
   * answers of the others.
   */
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

/** The cost of an operation, in fields of the API and in introspection fields. */
type Spent = { readonly fields: number; readonly introspection: number };

const nothing: Spent = { fields: 0, introspection: 0 };

/** Adds up the costs of the operations of a request. Returns the cost of one operation, or its refusal. */
function createSpending(allowed: Limits): (args: ExecutionArgs) => Spent | GraphQLError {
  const totals = new WeakMap<object, Spent>();
  const costsOf = perOperation((args): Spent | null => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation) return null;
    return {
      fields: costOf(args, operation),
      introspection: introspectionCost(args.schema, args.document, operation),
    };
  });
  return (args) => {
    const { request, caller } = args.contextValue as Context & { request?: object }; // safe: Yoga adds the request
    try {
      const before = (request && totals.get(request)) ?? nothing;
      const own = costsOf(args);
      if (own === null) return nothing; // execution reports the error
      const fields = before.fields + own.fields;
      const introspection = Math.round(before.introspection + own.introspection);
      // Without a request it is a single operation.
      if (request !== undefined) {
        totals.set(request, {
          fields: Math.min(fields, allowed.cost),
          introspection: Math.min(introspection, allowed.introspection),
        });
      }
      if (fields > allowed.cost) {
        const message = `Query too costly: ${fields} fields with their lists asked, ${allowed.cost} allowed`;
        return refused(new QueryTooComplexError(message));
      }
      if (introspection > 0 && !caller.seesSchema) {
        return refused(new ForbiddenError('Introspection needs a key beyond this machine'));
      }
      if (introspection <= allowed.introspection) return own;
      const message = `Introspection too costly: ${introspection} fields with their lists asked, ${allowed.introspection} allowed`;
      return refused(new QueryTooComplexError(message));
    } catch (error) {
      return toGraphqlError(error);
    }
  };
}

const billOf = ({ contextValue }: ExecutionArgs): Bill | null => (contextValue as Context).bill; // safe: the app made it

const isMutation = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === 'mutation';

/** Runs an operation. Charges its caller the estimated cost before, and the actual cost after. */
async function billed(
  args: ExecutionArgs,
  { fields, introspection }: Spent,
  run: () => Promise<Result>,
): Promise<Result> {
  const bill = billOf(args);
  const operation = getOperationAST(args.document, args.operationName);
  if (bill === null || !operation) return run();
  const requested = Math.round(fields + introspection);
  await bill.request(requested);
  const result = await run();
  const { data } = result as { readonly data?: unknown };
  const actual = Math.round(actualCostOf(args, operation, data) + introspection);
  await bill.settle(requested, Math.min(requested, actual));
  return result;
}

/** Converts errors of graphql-js' own limits, which have a text but no code; null for other errors. */
function graphqlLimit({ message }: Error): GraphQLError | null {
  if (message === 'Validation aborted.') return refused(new QueryTooComplexError('Query too repetitive'));
  if (message === 'Maximum introspection depth exceeded') {
    const text = 'Introspection too deep: over 2 lists inside one another asked, 2 allowed';
    return refused(new QueryTooComplexError(text));
  }
  return null;
}

/**
 * Stops an operation when its time is up or its client has left: no further resolver starts, and the statements of a
 * query are cancelled. A mutation finishes its writes.
 */
async function runWithin(
  { ms, within }: { readonly ms: number; readonly within: Deadlines },
  execute: Execute,
  args: ExecutionArgs,
): Promise<Result> {
  const context = args.contextValue as Context & { readonly request?: Request }; // safe: Yoga adds the request
  const cancellation = context.cancellation ?? new Cancellation();
  const left = context.cancellation ? undefined : context.request?.signal;
  const leave = () => cancellation.cancel(left?.reason ?? clientLeft());
  left?.addEventListener('abort', leave, { once: true });
  if (left?.aborted) leave();
  const stay = within(() => {
    const message = `The operation took longer than the ${ms / 1000} s allowed: ask for less, or a shorter range`;
    cancellation.cancel(new DomainError('TIMEOUT', message));
  });
  try {
    const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
    const db = isQuery ? context.db.until(cancellation) : context.db;
    const contextValue = contextUntil(context, cancellation, db);
    return await execute({ ...args, contextValue });
  } finally {
    stay();
    left?.removeEventListener('abort', leave);
  }
}
