import type { OutputRef } from '@pothos/core';
import { builder } from './builder.ts';
import { countOf } from './connection.ts';

/**
 * Makes the types `ThingConnection` and `ThingEdge`. The connection also counts the rows of all pages. `things`
 * begins the description of that count: `Jobs`, `Posts`.
 */
export const countedConnection = <Shape>(type: OutputRef<Shape>, thing: string, things: string) =>
  builder.connectionObject(
    {
      type,
      name: `${thing}Connection`,
      fields: (t) => ({
        totalCount: t.field({
          type: 'SafeInt',
          description: `${things} in all pages together. Counted only when this field is selected.`,
          resolve: countOf,
        }),
      }),
    },
    { name: `${thing}Edge` },
  );
