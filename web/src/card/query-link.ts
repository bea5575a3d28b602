import { stringifyDocument } from 'urql';

type Document = Parameters<typeof stringifyDocument>[0];

/** The address of GraphiQL with a card's own query and variables in its editor. */
export function queryLink(query: Document | string, variables: Record<string, unknown> = {}): string {
  const text = (typeof query === 'string' ? query : stringifyDocument(query)).trim();
  const params = new URLSearchParams({ query: text });
  if (Object.keys(variables).length > 0) params.set('variables', JSON.stringify(variables, null, 2));
  return `/graphql?${params}`;
}
