import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../access/caller.ts';
import type { ServerContext } from './server-context.ts';
import { BadInputError, DomainError, NotFoundError } from '../shared/errors.ts';
import { includesScope } from '../shared/scope.ts';
import type { Operations } from './operations/operations.ts';
import { sha256 } from './operations/sha256.ts';
import { refused } from './refused.ts';

/** The part of a request that names its document. */
export type Asked = {
  /** The id of a registered operation. It is not part of GraphQL over HTTP, but of its draft of persisted documents. */
  readonly id?: unknown;
  readonly query?: unknown;
  readonly extensions?: unknown;
};

/**
 * Returns the document that a request names: by its text, by the `id` of a registered operation, or by the hash in
 * `extensions.persistedQuery` (Apollo's protocol). A hash beside a text registers it when `register` is set. Null
 * when no document is named. Throws a GraphQLError for a document that may not run.
 */
export function documentOf(asked: Asked, operations: Operations, register: boolean): string | null {
  const query = typeof asked.query === 'string' && asked.query !== '' ? asked.query : null;
  const hash = hashOf(asked);
  if (asked.id !== undefined && asked.id !== null) return documentById(asked.id, query, operations);
  if (query === null && hash !== null) return documentByHash(hash, operations, register);
  if (query === null) {
    if (operations.only) throw onlyRegistered();
    return null;
  }
  if (hash !== null && hash !== sha256(query)) {
    throw refused(new BadInputError('The hash in extensions.persistedQuery is not the SHA-256 of the query'));
  }
  if (operations.only && !operations.isRegistered(query)) throw onlyRegistered();
  if (hash !== null && register && !operations.only) operations.remember(hash, query);
  return query;
}

function documentById(id: unknown, query: string | null, operations: Operations): string {
  if (typeof id !== 'string') throw refused(new BadInputError('The id of an operation has to be a string'));
  if (query !== null) throw refused(new BadInputError('Send the id of an operation or a query, not both'));
  const hash = hashIn(id);
  const found = hash === null ? operations.findByName(id) : operations.findByHash(hash);
  if (found !== null) return found;
  throw refused(new NotFoundError(`No registered operation has the id ${id.slice(0, 80).toWellFormed()}`));
}

function documentByHash(hash: string, operations: Operations, register: boolean): string {
  const found = operations.findByHash(hash);
  if (found !== null) return found;
  if (operations.only) throw onlyRegistered();
  throw register ? notFound() : notSupported();
}

/** Returns the hash of Apollo's protocol; null without one. */
function hashOf({ extensions }: Asked): string | null {
  const persisted = (
    extensions as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } } | null | undefined
  )?.persistedQuery; // safe: only these two are read
  const hash = persisted?.sha256Hash;
  if (typeof hash !== 'string') return null;
  if (persisted?.version !== 1) {
    throw refused(new BadInputError('Unknown version of extensions.persistedQuery: 1 expected'));
  }
  return hashIn(hash) ?? hash;
}

/** Returns the digits of a SHA-256, which may have the prefix `sha256:`; null for other texts. */
const hashIn = (id: string): string | null =>
  /^(?:sha256:)?([0-9a-f]{64})$/i.exec(id)?.[1]?.toLowerCase() ?? null;

const onlyRegistered = () =>
  refused(
    new DomainError(
      'FORBIDDEN',
      'This server runs registered operations only: send the id of one (OPERATIONS=only)',
    ),
  );

/**
 * The answers to an unknown hash. Apollo Client, urql and Apollo's Kotlin and iOS clients know these messages and
 * codes. After `PersistedQueryNotFound` they send the document with its hash; after `PersistedQueryNotSupported` the
 * document without one, and no more hashes. They accept these only with status 200.
 */
const notFound = () => persistedQueryError('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
const notSupported = () => persistedQueryError('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');

function persistedQueryError(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 200 } } });
}

/** Whether an error belongs to the protocol of persisted queries: it is sent unchanged. */
export function isPersistedQueryError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.message.startsWith('PersistedQueryNot');
}

/** Whether a caller may register documents by sending them with their hash. */
export const mayRegister = (caller: Caller | null | undefined): boolean =>
  caller != null && includesScope(caller.scope, 'write');

/** Replaces the id or hash of a registered operation by its document. */
export function useRegisteredOperations(operations: Operations): Plugin<object, ServerContext> {
  return {
    onRequestParse: ({ request, url }) => ({
      onRequestParseDone({ requestParserResult: asked, setRequestParserResult }) {
        if (Array.isArray(asked)) setRequestParserResult(asked.map(expand));
        // Yoga reads only the GraphQL parameters of a query string.
        else if (request.method === 'GET' && asked !== undefined && !asked.query) {
          const id = url.searchParams.get('id');
          if (id !== null) setRequestParserResult(Object.assign(asked, { id }));
        }
      },
    }),
    onParams({ params, setParams, setResult, context }) {
      try {
        const query = documentOf(params, operations, mayRegister(context.caller));
        if (query === null || query === params.query) return;
        const { id: _id, ...others } = params as typeof params & { id?: unknown };
        setParams({ ...others, query });
      } catch (error) {
        if (!isPersistedQueryError(error)) throw error;
        // Yoga checks for a document later; this one passes, and is not run.
        setParams({ ...params, query: '{ __typename }' });
        setResult({ errors: [error] });
      }
    },
  };

  /**
   * Expands the documents of a batch before they are measured together. A failure is reported when its operation has
   * its turn.
   */
  function expand<Params>(asked: Params): Params {
    if (typeof asked !== 'object' || asked === null || (asked as Asked).query) return asked;
    try {
      const query = documentOf(asked, operations, false);
      return query === null ? asked : { ...asked, id: undefined, query };
    } catch {
      return asked;
    }
  }
}
