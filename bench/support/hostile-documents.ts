import { getIntrospectionQuery } from 'graphql';

/** A request that is designed to be slow, within the limits or over them. */
export type HostileRequest = { readonly name: string; readonly body: string };

const times = (count: number, text: (index: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

/** Requests designed to block the event loop, for an account with posts. */
export function hostileRequests(handle: string, dashboard: string): readonly HostileRequest[] {
  const account = `account(handle: "${handle}")`;
  const documents: Readonly<Record<string, string>> = {
    'introspection of GraphiQL': getIntrospectionQuery(),
    'equal fields with arguments': `{ ${times(57, () => 'node(id: "QWNjb3VudDox") { id }')} }`,
    'equal fields, many': `{ ${times(4_900, () => '__typename')} }`,
    'unknown fields': `{ ${times(4_900, (i) => `f${i}`)} }`,
    'unknown fields, long and alike': `{ ${times(1_900, (i) => `accountStreamsTopicsProvidersJobs${i}`)} }`,
    'unknown types': `{ ${times(700, (i) => `...on AccountFetchRequestt${i} { a }`)} }`,
    'unknown arguments': `{ ${times(99, (i) => `a${i}: ${account.replace('handle:', 'handel:')} { id }`)} }`,
    'fragments beside one another': `{ ${times(95, (i) => `...F${i}`)} } ${times(95, (i) => `fragment F${i} on Query { __typename n${i % 90}: node(id: "a") { id } }`)}`,
    'fragments in one another': `{ ...F0 } ${times(95, (i) => `fragment F${i} on Query { ...F${i + 1} __typename }`)} fragment F95 on Query { __typename }`,
    'fragments in all others': `{ ...F0 } ${times(25, (i) => `fragment F${i} on Query { ${times(24 - i, (j) => `...F${i + j + 1}`)} __typename }`)}`,
    'fragments nested 1,600 deep': `{ ${'... { '.repeat(1_600)}__typename${' }'.repeat(1_600)} }`,
    'fragments nested, with conditions': `{ ${'... @skip(if: false) { '.repeat(49)}__typename${' }'.repeat(49)} }`,
    'fragments nested side by side': `{ ${times(24, () => `${'... { '.repeat(60)}__typename${' }'.repeat(60)}`)} }`,
    'fields nested in lists': `{ __schema { types { fields { type { ${'ofType { '.repeat(12)}name${' }'.repeat(12)} } } } } }`,
    'variables of many operations': `${times(49, (i) => `query Q${i}($a: ID!) { ...F }`)} fragment F on Query { node(id: $a) { id } }`,
    'variables by the hundred': `query (${times(500, (i) => `$v${i}: ID! = "a"`)}) { ${times(90, (i) => `a${i}: node(id: $v${i}) { id }`)} }`,
    'a string of 90 kB': `{ node(id: "${'x'.repeat(90_000)}") { id } }`,
    'a comment of 90 kB': `{ __typename } #${'\n#'.repeat(45_000)}`,
    'a block string of lines': `{ node(id: """${'\n'.repeat(90_000)}""") { id } }`,
    'connections under 100 names': `{ ${account} { ${times(99, (i) => `p${i}: posts(first: 1) { nodes { id } }`)} } }`,
    'stats under 99 names': `{ ${account} { ${times(99, (i) => `s${i}: stats(range: { from: "20${String(10 + (i % 15)).padStart(2, '0')}-01-01T00:00:00Z" }) { totals { posts } }`)} } }`,
    'accounts under 100 names': `{ ${times(100, (i) => `a${i}: account(handle: "h${i}") { id }`)} }`,
    'errors under 100 names': `{ ${times(100, (i) => `a${i}: node(id: "x${i}") { id }`)} }`,
    'introspection under 100 names': `{ __schema { types { fields { ${times(99, (i) => `n${i}: name`)} } } } }`,
    'pages of 200 whole posts': `{ ${account} { ${times(9, (i) => `p${i}: posts(first: 200) { nodes { id text url createdAt author { handle } metrics { likes reposts replies quotes impressions } } pageInfo { endCursor } }`)} } }`,
    'top posts under 9 names': `{ ${account} { stats { ${times(9, (i) => `t${i}: topPosts(first: 200) { id text url createdAt author { handle } metrics { likes reposts replies quotes impressions } }`)} } } }`,
    'terms under 12 names': `{ ${account} { stats { ${times(12, (i) => `t${i}: topTerms(kind: WORD, first: 200, offset: ${i}) { term count engagement }`)} } } }`,
    'a series of hours': `{ ${account} { stats { hours: series(interval: HOUR) { starts } } } }`,
    'the dashboard': dashboard,
  };
  const single = Object.entries(documents).map(([name, query]) => ({
    name,
    body: JSON.stringify({ query, variables: query === dashboard ? { handle } : {} }),
  }));
  return [
    ...single,
    {
      name: 'batch of 10: connections under 30 names each',
      body: JSON.stringify(
        Array.from({ length: 10 }, () => ({
          query: `{ ${account} { ${times(30, (i) => `p${i}: posts(first: 1) { nodes { id } }`)} } }`,
        })),
      ),
    },
    {
      name: 'batch of 10 dashboards',
      body: JSON.stringify(
        Array.from({ length: 10 }, (_, i) => ({ query: `${dashboard} #${i}`, variables: { handle } })),
      ),
    },
    {
      name: 'variables: 19,000 ids for one',
      body: JSON.stringify({
        query: 'query ($a: [ID!]!) { nodes(ids: $a) { id } }',
        variables: { a: Array.from({ length: 19_000 }, (_, i) => `${i}`) },
      }),
    },
    {
      name: 'JSON: 19,000 empty objects',
      body: `{"query":"{ __typename }","variables":{"a":[${times(9_900, () => '{}', ',')}]}}`,
    },
    { name: 'JSON: 1 MB of brackets', body: `{"variables":${'['.repeat(499_000)}${']'.repeat(499_000)}}` },
    {
      name: 'JSON: 1 MB of keys',
      body: `{"query":"{ __typename }","variables":{${times(90_000, (i) => `"${i.toString(36)}_":0`, ',')}}}`,
    },
    {
      name: 'JSON: a string of 990 kB',
      body: JSON.stringify({
        query: 'query ($a: ID!) { node(id: $a) { id } }',
        variables: { a: 'é'.repeat(490_000) },
      }),
    },
  ];
}
