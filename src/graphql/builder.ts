import SchemaBuilder from '@pothos/core';
import ComplexityPlugin, { complexityFromQuery, ComplexityErrorKind } from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { QueryTooComplexError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { decodeGlobalId, hasIds } from './node.ts';

export type SchemaTypes = {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string | number };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: string };
    /** Milliseconds. */
    Duration: { Input: number; Output: number };
    TimeZone: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
    URL: { Input: string; Output: string };
    File: { Input: string; Output: never };
  };
};

/** What one request may ask for; more is QUERY_TOO_COMPLEX. */
export const queryLimits = { depth: 24, breadth: 1_000, complexity: 200_000 };

export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    nodeTypeOptions: { description: 'Anything with an id of its own.' },
    cursorType: 'String',
    nodesOnConnection: true,
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'Any object by its id; null where there is none.',
      resolve: (_root, { id }, _context, info, load) => (hasIds(id.typename, info) ? load(id) : null),
    },
    decodeGlobalID: decodeGlobalId,
  },
  complexity: {
    limit: queryLimits,
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    complexityError: (kind, result) => tooComplex(kind, result),
  },
});

/** Refuses an operation over the limits before anything of it runs; the plugin does so for queries only. */
export function checkComplexity(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): void {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  const result = complexityFromQuery(alone, { schema, variables });
  const { Depth, Breadth, Complexity } = ComplexityErrorKind;
  if (result.depth > queryLimits.depth) throw tooComplex(Depth, result);
  if (result.breadth > queryLimits.breadth) throw tooComplex(Breadth, result);
  if (result.complexity > queryLimits.complexity) throw tooComplex(Complexity, result);
}

function tooComplex(
  kind: ComplexityErrorKind,
  result: { depth: number; breadth: number; complexity: number },
): Error {
  if (kind === ComplexityErrorKind.Depth) {
    return new QueryTooComplexError(
      `Query too deep: ${result.depth} levels asked, ${queryLimits.depth} allowed`,
    );
  }
  if (kind === ComplexityErrorKind.Breadth) {
    return new QueryTooComplexError(
      `Query too wide: ${result.breadth} fields asked, ${queryLimits.breadth} allowed`,
    );
  }
  return new QueryTooComplexError(
    `Query too costly: ${result.complexity} fields with their lists asked, ${queryLimits.complexity} allowed`,
  );
}

builder.queryType({ description: 'Everything that can be asked.' });
builder.mutationType({ description: 'Everything that can be changed.' });
builder.subscriptionType({
  description: 'Everything that can be followed, over server-sent events or a WebSocket at the same address.',
});
