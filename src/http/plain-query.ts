import type { Ending } from '../platform/ending.ts';
import type { ExecutionResult } from 'graphql';
import { getOperationAST, type GraphQLError } from 'graphql';
import { isAsyncIterable, type YogaServerInstance } from 'graphql-yoga';
import type { ServerContext } from './server-context.ts';
import type { Context } from '../graphql/context.ts';
import type { Documents } from './documents.ts';
import type { Operations } from './operations/operations.ts';
import { type Asked as AskedDocument, documentOf, mayRegister } from './use-registered-operations.ts';

/** What an operation of a request runs with. */
export type Running = ServerContext & { readonly ending: Ending };

/**
 * Runs a query as Yoga does, without the layers that read a request and make a response: they take three times as long
 * as a small query. Null for all but a query that was found to be valid before.
 */
export type PlainQuery = (asked: object, running: Running) => Promise<ExecutionResult | null>;

type Asked = AskedDocument & { readonly operationName?: unknown; readonly variables?: unknown };

type Parts = {
  readonly yoga: YogaServerInstance<ServerContext, Context>;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly mask: (error: unknown) => GraphQLError;
};

/** The parameters of GraphQL over HTTP; a request with others is refused. */
const parameters: readonly string[] = ['id', 'query', 'operationName', 'variables', 'extensions'];

export function createPlainQuery({ yoga, documents, operations, mask }: Parts): PlainQuery {
  function documentOfQuery(asked: Asked, running: Running) {
    try {
      const text = documentOf(asked, operations, mayRegister(running.caller));
      return text === null ? null : documents.read(text).document;
    } catch {
      return null; // whoever runs it says what is wrong
    }
  }

  return async (asked, running) => {
    if (!isPlain(asked)) return null;
    const document = documentOfQuery(asked, running);
    if (document === null || !documents.isValid(document)) return null;
    const operationName = asked.operationName || null;
    if (getOperationAST(document, operationName)?.operation !== 'query') return null;
    const variableValues = asked.variables ?? {};
    try {
      const { schema, execute, contextFactory } = yoga.getEnveloped({ ...running, params: asked });
      const contextValue: unknown = await contextFactory();
      const args = { schema, document, contextValue, variableValues, operationName };
      const result = (await execute(args)) as ExecutionResult | AsyncIterable<ExecutionResult>; // safe: as graphql-js has it
      return isAsyncIterable(result) ? null : result;
    } catch (error) {
      return { errors: [mask(error)] };
    }
  };
}

type PlainlyAsked = AskedDocument & {
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
};

/** Whether each parameter is one that a query may have. */
function isPlain(asked: object): asked is PlainlyAsked {
  if (Array.isArray(asked)) return false;
  for (const name of Object.keys(asked)) if (!parameters.includes(name)) return false;
  const { operationName, variables, extensions } = asked as Asked; // safe: they are unknown still
  return (
    (operationName == null || typeof operationName === 'string') &&
    isObjectOrNone(variables) &&
    isObjectOrNone(extensions)
  );
}

const isObjectOrNone = (value: unknown): boolean =>
  value == null || (typeof value === 'object' && !Array.isArray(value));
