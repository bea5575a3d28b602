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

/** A document is compiled after this many runs: compiling takes 1 to 40 ms, as much as a few compiled runs save. */
const runsBefore = 3;
/** The most tokens of a document that is compiled. 1,000 take 40 ms, in one turn of the event loop. */
const maxTokens = 1_000;
/** The most tokens of all compiled documents together. A token takes 5 kB. */
const compiledTokens = 10_000;

type Compiled = {
  /** Returns the leaves as they were resolved. */
  readonly query: CompiledQuery['query'];
  /** Serializes the leaves, in place; throws for an invalid one. */
  readonly serialize: (data: object) => void;
};

/**
 * Runs repeated queries as compiled functions, which takes a tenth of the time for large answers. Everything that might
 * be answered differently runs in graphql-js: mutations (they must not run twice), introspection, conditions
 * (`@include`) and invalid variables. A query that ends with an error runs once more in graphql-js, because graphql-jit
 * words and orders errors differently.
 */
export function useCompiled(documents: Documents): ExecutePlugin {
  const runs = new WeakMap<DocumentNode, number>();
  const compiledQueries = new LRUCache<DocumentNode, Map<string, Compiled | null>>({
    maxSize: compiledTokens,
  });

  function compiledOf({ schema, document, operationName }: ExecutionArgs): Compiled | null {
    const name = operationName ?? '';
    const found = compiledQueries.get(document)?.get(name);
    if (found !== undefined) return found;
    const before = runs.get(document) ?? 0;
    runs.set(document, before + 1);
    if (before < runsBefore) return null;
    const tokens = documents.sizeOf(document)?.tokens ?? Number.POSITIVE_INFINITY;
    if (tokens > maxTokens) return null;
    const compiled = mayBeCompiled(document, operationName) ? compile(schema, document, operationName) : null;
    const byName = compiledQueries.get(document) ?? new Map<string, Compiled | null>();
    compiledQueries.set(document, byName.set(name, compiled), { size: (byName.size + 1) * (tokens + 1) });
    return compiled;
  }

  return {
    wrapExecute: (execute) => async (args) => {
      const { cancellation } = args.contextValue as Context; // safe: the app made it
      const compiled = compiledOf(args);
      if (compiled !== null && variablesFit(args)) {
        const result = await run(compiled, args, cancellation);
        if (result.errors === undefined && finish(compiled, result)) return result;
      }
      return execute({ ...args, ...(cancellation && { signal: cancellation.signal }) });
    },
  };
}

/**
 * Whether the operation is a query without introspection and without conditions. graphql-jit orders fields as if each
 * condition were met.
 */
function mayBeCompiled(document: DocumentNode, operationName: ExecutionArgs['operationName']): boolean {
  if (getOperationAST(document, operationName)?.operation !== 'query') return false;
  let isPlain = true;
  visit(document, {
    Field: ({ name, alias }) => {
      if (name.value === '__schema' || name.value === '__type') isPlain = false;
      // Setting this key of an object changes its prototype.
      if (alias?.value === '__proto__') isPlain = false;
    },
    Directive: () => {
      isPlain = false;
    },
  });
  return isPlain;
}

/** The schema for compiling (`withRawLeaves`), by the original schema. */
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
  return { query: compiled.query, serialize: leavesAsSent(schema, document, operation) };
}

const variablesFit = perOperation(({ schema, document, operationName, variableValues }): boolean => {
  const operation = getOperationAST(document, operationName);
  const definitions = operation?.kind === Kind.OPERATION_DEFINITION ? operation.variableDefinitions : [];
  return getVariableValues(schema, definitions ?? [], variableValues ?? {}).errors === undefined;
});

/** Serializes the leaves of a result. Returns false when one of them is invalid. */
function finish({ serialize }: Compiled, { data }: ExecutionResult): boolean {
  try {
    if (data) serialize(data);
    return true;
  } catch {
    return false; // graphql-js reports which one
  }
}

/** Runs a compiled query. Its leaves are not serialized yet. Rejects as soon as the operation is cancelled, as Yoga's executor does. */
function run(
  { query }: Compiled,
  { rootValue, contextValue, variableValues }: ExecutionArgs,
  cancellation: Cancellation | undefined,
): ExecutionResult | Promise<ExecutionResult> {
  if (cancellation === undefined) return query(rootValue, contextValue, variableValues);
  return new Promise((resolve, reject) => {
    // The callback is never removed, because the operation ends with its request.
    cancellation.onCancel(reject);
    if (cancellation.reason !== null) return;
    const result = query(rootValue, contextValue, variableValues);
    // Resolving a promise with another promise takes two more turns of the queue.
    if (result instanceof Promise) result.then(resolve, reject);
    else resolve(result);
  });
}
