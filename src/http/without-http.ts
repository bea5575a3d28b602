import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** Returns an error for clients of a subscription, without the HTTP status. */
export function withoutHttp(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
