import SchemaBuilder from '@pothos/core';
import ComplexityPlugin, {
  ComplexityErrorKind,
  complexityFromQuery,
  type ComplexityResult,
} from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { type DocumentNode, type ExecutionArgs, Kind, type OperationDefinitionNode } from 'graphql';
import { QueryTooComplexError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import type { QueryLimits } from './limits.ts';
import { decodeGlobalId, hasIds } from './node.ts';
import { relayDescriptions } from './relay-descriptions.ts';

type SchemaTypes = {
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

/** What every type and field of the API is made with. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    ...relayDescriptions,
    cursorType: 'String',
    edgesFieldOptions: { ...relayDescriptions.edgesFieldOptions, nullable: { list: false, items: false } },
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'Any object by its id; null when there is none.',
      args: { id: { description: 'As its field `id` gives it.' } },
      resolve: (_root, { id }, _context, info, load) => (hasIds(id.typename, info) ? load(id) : null),
    },
    decodeGlobalID: decodeGlobalId,
  },
  complexity: {
    limit: ({ limits }) => toPothos(limits),
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    complexityError: (kind, { maxDepth = 0, maxBreadth = 0, maxComplexity = 0, ...asked }) =>
      tooComplex(kind, asked, { depth: maxDepth, breadth: maxBreadth, complexity: maxComplexity }),
  },
});

/**
 * Refuses an operation over the limits before anything of it runs. The plugin does so when the first field of a query
 * or mutation is resolved; for a subscription that is at its first event.
 */
export function checkComplexity(
  { schema, document, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
  limits: QueryLimits,
): void {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  const asked = complexityFromQuery(alone, { schema, variables: { ...variableValues } });
  const allowed = toPothos(limits);
  const { Depth, Breadth, Complexity } = ComplexityErrorKind;
  if (asked.depth > allowed.depth) throw tooComplex(Depth, asked, allowed);
  if (asked.breadth > allowed.breadth) throw tooComplex(Breadth, asked, allowed);
  if (asked.complexity > allowed.complexity) throw tooComplex(Complexity, asked, allowed);
}

const toPothos = ({ depth, breadth, cost }: QueryLimits): ComplexityResult => ({
  depth,
  breadth,
  complexity: cost,
});

function tooComplex(kind: ComplexityErrorKind, asked: ComplexityResult, allowed: ComplexityResult): Error {
  if (kind === ComplexityErrorKind.Depth) {
    return new QueryTooComplexError(`Query too deep: ${asked.depth} levels asked, ${allowed.depth} allowed`);
  }
  if (kind === ComplexityErrorKind.Breadth) {
    return new QueryTooComplexError(
      `Query too wide: ${asked.breadth} fields asked, ${allowed.breadth} allowed`,
    );
  }
  return new QueryTooComplexError(
    `Query too costly: ${asked.complexity} fields with their lists asked, ${allowed.complexity} allowed`,
  );
}

builder.queryType({ description: 'Everything that can be asked.' });
builder.mutationType({ description: 'Everything that can be changed.' });
builder.subscriptionType({
  description: 'Everything that can be followed, over server-sent events or a WebSocket at the same address.',
});
