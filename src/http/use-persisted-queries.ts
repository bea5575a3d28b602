import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

type Asked = { readonly query?: unknown; readonly extensions?: unknown };

/** Whether an operation is asked for by the hash of its document alone, as clients of persisted queries do first. */
export function hasOnlyHash({ query, extensions }: Asked): boolean {
  if (query != null && query !== '') return false;
  const persisted = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)
    ?.persistedQuery;
  return typeof persisted?.sha256Hash === 'string';
}

/**
 * The answer to a hash without a document. Apollo Client, urql and Apollo's Kotlin and iOS clients know this message and
 * code, send the document, and send no hashes from then on. They take it from an answer with status 200 only.
 */
export const notSupported = (): GraphQLError =>
  new GraphQLError('PersistedQueryNotSupported', {
    extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http: { status: 200 } },
  });

/** Tells clients of persisted queries to send their documents. A hash beside a document is left alone. */
export function usePersistedQueries(): Plugin {
  return {
    onParams({ params, setParams, setResult }) {
      if (!hasOnlyHash(params)) return;
      // The check for a document comes later, and is passed with one that is not run.
      setParams({ ...params, query: '{ __typename }' });
      setResult({ errors: [notSupported()] });
    },
  };
}
