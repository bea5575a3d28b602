import type { OutputRef } from '@pothos/core';
import { builder } from './builder.ts';
import { countOf } from './connection.ts';

/**
 * The connection over nodes of a type, which also counts the rows of all pages: `ThingConnection` and `ThingEdge`.
 * `things` begins the description of its count: `Jobs`, `Posts`.
 */
export const countedConnection = <Shape>(type: OutputRef<Shape>, thing: string, things: string) =>
  builder.connectionObject(
    {
      type,
      name: `${thing}Connection`,
      fields: (t) => ({
        totalCount: t.field({
          type: 'SafeInt',
          description: `${things} in all pages together: counted only when asked for.`,
          resolve: countOf,
        }),
      }),
    },
    { name: `${thing}Edge` },
  );
