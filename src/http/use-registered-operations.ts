import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../access/caller.ts';
import type { ServerContext } from './server-context.ts';
import { BadInputError, DomainError, NotFoundError } from '../shared/errors.ts';
import { includesScope } from '../shared/scope.ts';
import type { Operations } from './operations/operations.ts';
import { sha256 } from './operations/sha256.ts';
import { refused } from './refused.ts';

/** What a request says about its document. */
export type Asked = {
  /** The id of a registered operation; not of GraphQL over HTTP, but what its draft of persisted documents suggests. */
  readonly id?: unknown;
  readonly query?: unknown;
  readonly extensions?: unknown;
};

/**
 * The document that a request asks for: by its text, by the `id` of a registered operation, or by the hash that Apollo's
 * protocol has in `extensions.persistedQuery`; a hash beside a text registers it when `register` says so. Null where
 * nothing is asked for. Throws a GraphQLError for what does not run.
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
  if (typeof id !== 'string') throw refused(new BadInputError('The id of an operation has to be a text'));
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

/** The hash of Apollo's protocol, null without one. */
function hashOf({ extensions }: Asked): string | null {
  const persisted = (
    extensions as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } } | null | undefined
  )?.persistedQuery; // safe: whatever it is, only the two are looked at
  const hash = persisted?.sha256Hash;
  if (typeof hash !== 'string') return null;
  if (persisted?.version !== 1) {
    throw refused(new BadInputError('Unknown version of extensions.persistedQuery: 1 expected'));
  }
  return hashIn(hash) ?? hash;
}

/** The digits of a SHA-256, which may have `sha256:` before it; null for other texts. */
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
 * The answers to a hash that is not known. Apollo Client, urql and Apollo's Kotlin and iOS clients know these messages
 * and codes: after `PersistedQueryNotFound` they send the document with its hash, after `PersistedQueryNotSupported` the
 * document without one, and no hashes from then on. They take them from an answer with status 200 only.
 */
const notFound = () => persistedQueryError('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
const notSupported = () => persistedQueryError('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');

function persistedQueryError(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 200 } } });
}

/** Whether an error is one of the protocol of persisted queries, which goes out as it is. */
export function isPersistedQueryError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.message.startsWith('PersistedQueryNot');
}

/** Whether a caller may have documents kept by sending them with their hash. */
export const mayRegister = (caller: Caller | null | undefined): boolean =>
  caller != null && includesScope(caller.scope, 'write');

/** Puts the document of a registered operation in the place of its id or hash. */
export function useRegisteredOperations(operations: Operations): Plugin<object, ServerContext> {
  return {
    onRequestParse: ({ request, url }) => ({
      onRequestParseDone({ requestParserResult: asked, setRequestParserResult }) {
        if (Array.isArray(asked)) setRequestParserResult(asked.map(expand));
        // Yoga reads no other parameters of a query string than those of GraphQL.
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
        // The check for a document comes later, and is passed with one that is not run.
        setParams({ ...params, query: '{ __typename }' });
        setResult({ errors: [error] });
      }
    },
  };

  /** The documents of a batch are measured together before each of them has its turn; what fails has an error then. */
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
