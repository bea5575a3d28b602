import type { ExecutionResult } from 'graphql';
import type { Cancellation } from '../platform/cancellation.ts';
import { getOperationAST, type GraphQLError, type GraphQLSchema } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Execute } from './execution.ts';
import type { ServerContext } from './server-context.ts';
import { type Context, contextUntil } from '../graphql/context.ts';
import type { Documents } from './documents.ts';
import type { Operations } from './operations/operations.ts';
import { shortTurn } from '../platform/turns.ts';
import { type Asked as AskedDocument, documentOf, mayRegister } from './use-registered-operations.ts';

/**
 * Runs a query as Yoga does, without its layers, which take three times as long as a small query. Returns null for
 * anything but a query that was found valid before.
 */
export type PlainQuery = (
  asked: object,
  server: ServerContext,
  cancellation: Cancellation,
) => Promise<ExecutionResult | null>;

type Asked = AskedDocument & { readonly operationName?: unknown; readonly variables?: unknown };

type Parts = {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  /** Makes the context of a request. */
  readonly contextOf: (server: ServerContext) => Context;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly mask: (error: unknown) => GraphQLError;
};

/** The parameters of GraphQL over HTTP; a request with others is refused. */
const parameters: readonly string[] = ['id', 'query', 'operationName', 'variables', 'extensions'];

export function createPlainQuery({
  schema,
  execute,
  contextOf,
  documents,
  operations,
  mask,
}: Parts): PlainQuery {
  function documentOfQuery(asked: Asked, { caller }: ServerContext) {
    try {
      const text = documentOf(asked, operations, mayRegister(caller));
      return text === null ? null : documents.read(text).document;
    } catch {
      return null; // Yoga runs it and reports the error
    }
  }

  return async (asked, server, cancellation) => {
    if (!isPlain(asked)) return null;
    const document = documentOfQuery(asked, server);
    if (document === null || !documents.isValid(document)) return null;
    const operationName = asked.operationName || null;
    if (getOperationAST(document, operationName)?.operation !== 'query') return null;
    const variableValues = asked.variables ?? {};
    await shortTurn(); // execution gets a turn of its own, apart from reading the document
    try {
      const context = contextOf(server);
      const contextValue = contextUntil(context, cancellation, context.db);
      const result = await execute({ schema, document, contextValue, variableValues, operationName });
      if (isAsyncIterable(result)) return null;
      return result.errors === undefined ? result : { ...result, errors: result.errors.map(mask) };
    } catch (error) {
      return { errors: [mask(error)] };
    }
  };
}

type PlainlyAsked = AskedDocument & {
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
};

/** Whether all parameters are valid for a query. */
function isPlain(asked: object): asked is PlainlyAsked {
  if (Array.isArray(asked)) return false;
  for (const name of Object.keys(asked)) if (!parameters.includes(name)) return false;
  const { operationName, variables, extensions } = asked as Asked; // safe: their types are unknown
  return (
    (operationName == null || typeof operationName === 'string') &&
    isObjectOrNone(variables) &&
    isObjectOrNone(extensions)
  );
}

const isObjectOrNone = (value: unknown): boolean =>
  value == null || (typeof value === 'object' && !Array.isArray(value));
