import { resolveNodes } from '@pothos/plugin-relay';
import { BadInputError } from '../shared/errors.ts';
import { maxFirst } from '../shared/page.ts';
import { builder } from './builder.ts';
import { hasIds, markNode } from './node.ts';
import { recordsReads } from './root-reads.ts';

// Pothos' own `nodes` is not used: it has no bound, and fails when an id names a type without ids.
builder.queryField('nodes', (t) =>
  t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description:
      'Objects of any type by their ids, in the order of the ids; null for each that does not exist. ' +
      'An id may come twice. BAD_INPUT when one of them is not a valid id.',
    args: {
      ids: t.arg.globalIDList({
        required: true,
        description: `Values of the field \`id\`, ${maxFirst} at most.`,
      }),
    },
    extensions: recordsReads,
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.min(ids.length, maxFirst) }),
    resolve: async (_root, { ids }, context, info) => {
      if (ids.length > maxFirst) {
        throw new BadInputError(`Too many ids: ${ids.length} asked, ${maxFirst} allowed`);
      }
      const known = ids.map((id) => (hasIds(id.typename, info) ? id : null));
      const nodes = await resolveNodes(builder, context, info, known);
      return nodes.map((node, at) => markNode(node, ids[at]?.typename ?? '')) as never; // safe: each is of its own type
    },
  }),
);
