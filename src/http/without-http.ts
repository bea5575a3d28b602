import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** An error as clients of a subscription read it; the status that HTTP would have is nobody's concern there. */
export function withoutHttp(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
