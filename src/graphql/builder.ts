import SchemaBuilder from '@pothos/core';
import ComplexityPlugin, { ComplexityErrorKind } from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { QueryTooComplexError } from '../shared/errors.ts';
import type { Context } from './context.ts';

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
    nodeQueryOptions: { description: 'Any object by its id; null where there is none.' },
  },
  complexity: {
    limit: queryLimits,
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    complexityError: (kind, result) => tooComplex(kind, result),
  },
});

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
