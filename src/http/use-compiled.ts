import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from '../graphql/context.ts';
import type { Cancellation } from '../platform/cancellation.ts';
import type { Documents } from './documents.ts';
import type { ExecutePlugin } from './execution.ts';
import { leavesAsSent } from './leaves-as-sent.ts';
import { perOperation } from './per-operation.ts';
import { withRawLeaves } from './raw-leaves.ts';

/** The runs of a document before it is compiled: that costs 1 to 40 ms, as much as some runs save. */
const runsBefore = 3;
/** Tokens of the largest document that is compiled, in one turn of the event loop: 40 ms for 1,000. */
const maxTokens = 1_000;
/** Tokens of all that are kept compiled: a token takes 5 kB. */
const keptTokens = 10_000;

type Compiled = {
  /** Gives leaves as they were resolved. */
  readonly query: CompiledQuery['query'];
  /** Makes of them what is sent; throws when one does not fit. */
  readonly finish: (data: object) => void;
};

/**
 * Runs queries that are asked for again and again as compiled functions, which takes a tenth of the time for large
 * answers. Whatever is not sure to be answered in the same bytes runs as before: mutations (what one writes must not be
 * written twice), introspection, conditions (`@include`), variables that do not fit, and once more each query that ends with an error, as
 * graphql-jit words and orders errors in its own way.
 */
export function useCompiled(documents: Documents): ExecutePlugin {
  const runs = new WeakMap<DocumentNode, number>();
  const kept = new LRUCache<DocumentNode, Map<string, Compiled | null>>({ maxSize: keptTokens });

  function compiledOf({ schema, document, operationName }: ExecutionArgs): Compiled | null {
    const name = operationName ?? '';
    const found = kept.get(document)?.get(name);
    if (found !== undefined) return found;
    const before = runs.get(document) ?? 0;
    runs.set(document, before + 1);
    if (before < runsBefore) return null;
    const tokens = documents.sizeOf(document)?.tokens ?? Number.POSITIVE_INFINITY;
    if (tokens > maxTokens) return null;
    const compiled = mayBeCompiled(document, operationName) ? compile(schema, document, operationName) : null;
    const byName = kept.get(document) ?? new Map<string, Compiled | null>();
    kept.set(document, byName.set(name, compiled), { size: (byName.size + 1) * (tokens + 1) });
    return compiled;
  }

  return {
    wrapExecute: (execute) => async (args) => {
      const { cancellation } = args.contextValue as Context; // safe: the app made it
      const compiled = compiledOf(args);
      if (compiled !== null && variablesFit(args)) {
        const result = await run(compiled, args, cancellation);
        if (result.errors === undefined && isFinished(compiled, result)) return result;
      }
      return execute({ ...args, ...(cancellation && { signal: cancellation.signal }) });
    },
  };
}

/**
 * Whether the operation is a query that asks nothing of the schema itself and has no conditions: graphql-jit orders
 * fields as if each condition were met.
 */
function mayBeCompiled(document: DocumentNode, operationName: ExecutionArgs['operationName']): boolean {
  if (getOperationAST(document, operationName)?.operation !== 'query') return false;
  let isPlain = true;
  visit(document, {
    Field: ({ name, alias }) => {
      if (name.value === '__schema' || name.value === '__type') isPlain = false;
      // JavaScript takes what is set under this key for something else.
      if (alias?.value === '__proto__') isPlain = false;
    },
    Directive: () => {
      isPlain = false;
    },
  });
  return isPlain;
}

/** The schema that queries are compiled for, by the one that they are asked of. */
const compilable = new WeakMap<GraphQLSchema, GraphQLSchema>();

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: ExecutionArgs['operationName'],
): Compiled | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const raw = compilable.get(schema) ?? withRawLeaves(schema);
  compilable.set(schema, raw);
  const compiled = compileQuery(raw, document, operationName ?? undefined, {
    disableLeafSerialization: true,
  });
  if (!('query' in compiled)) return null;
  return { query: compiled.query, finish: leavesAsSent(schema, document, operation) };
}

const variablesFit = perOperation(({ schema, document, operationName, variableValues }): boolean => {
  const operation = getOperationAST(document, operationName);
  const definitions = operation?.kind === Kind.OPERATION_DEFINITION ? operation.variableDefinitions : [];
  return getVariableValues(schema, definitions ?? [], variableValues ?? {}).errors === undefined;
});

/** Whether all leaves of a result are as they are sent now. */
function isFinished({ finish }: Compiled, { data }: ExecutionResult): boolean {
  try {
    if (data) finish(data);
    return true;
  } catch {
    return false; // graphql-js says which does not fit
  }
}

/** The result, its leaves as they were resolved; rejects with the reason as soon as the operation ends early, as the executor of Yoga does. */
function run(
  { query }: Compiled,
  { rootValue, contextValue, variableValues }: ExecutionArgs,
  cancellation: Cancellation | undefined,
): ExecutionResult | Promise<ExecutionResult> {
  if (cancellation === undefined) return query(rootValue, contextValue, variableValues);
  return new Promise((resolve, reject) => {
    // Nobody takes this back: the operation ends with its request.
    cancellation.onCancel(reject);
    if (cancellation.reason !== null) return;
    const result = query(rootValue, contextValue, variableValues);
    // To resolve a promise by another one takes two more turns of the queue.
    if (result instanceof Promise) result.then(resolve, reject);
    else resolve(result);
  });
}
