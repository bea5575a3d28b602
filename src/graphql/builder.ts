import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import type { Context } from './context.ts';
import { hasIds, markNode } from './node.ts';
import { decodeGlobalId } from '../shared/global-id.ts';
import { relayDescriptions } from './relay-descriptions.ts';
import { recordsReads } from './root-reads.ts';

type SchemaTypes = {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string | number };
    /** A number is in milliseconds: a series of thousands of points needs no Date for each. */
    DateTime: { Input: Date; Output: Date | number };
    Date: { Input: string; Output: string };
    /** Milliseconds. */
    Duration: { Input: number; Output: number };
    TimeZone: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
    URL: { Input: string; Output: string };
    File: { Input: string; Output: never };
  };
};

/** The builder of every type and field of the API. */
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
      extensions: recordsReads,
      args: { id: { description: 'The value of its field `id`.' } },
      resolve: (_root, { id }, _context, info, load) =>
        hasIds(id.typename, info) ? (markNode(load(id), id.typename) as never) : null, // safe: it is of its own type
    },
    decodeGlobalID: decodeGlobalId,
  },
  // http/use-limits.ts computes the cost before anything runs, for all operations of a batch together.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
});

builder.queryType({ description: 'All queries.' });
builder.mutationType({ description: 'All changes.' });
builder.subscriptionType({
  description: 'All subscriptions, over server-sent events or a WebSocket at the same address.',
});
