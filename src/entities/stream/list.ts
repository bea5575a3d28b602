import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { Platform } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { builtOf } from '../../shared/names.ts';
import { streamKinds } from '../../shared/stream-kind.ts';
import { parsePage } from '../../shared/page.ts';
import { Stream } from './fields.ts';
import { countStreams, listStreams } from './list-query.ts';
import { streamCursor, streamOrders } from './order.ts';

const StreamConnection = countedConnection(Stream, 'Stream', 'Streams');

const StreamOrderEnum = builder.enumType('StreamOrder', {
  description: 'The order of a list of streams. Ties are in the order of their ids.',
  values: streamOrders,
});

const StreamKindEnum = builder.enumType('StreamKind', {
  description: 'The kind of a stream.',
  values: builtOf(streamKinds),
});

builder.queryField('streams', (t) =>
  t.connection(
    {
      type: Stream,
      description: 'All streams.',
      extensions: recordsReads,
      args: {
        platform: t.arg({ type: Platform, description: 'Only streams of this platform.' }),
        kinds: t.arg({
          type: [StreamKindEnum],
          description: 'Only streams of these kinds; all without it, none when it is empty.',
        }),
        search: t.arg.string({
          description: 'Only streams whose title, handle or name contains this, without case.',
        }),
        orderBy: t.arg({
          type: StreamOrderEnum,
          required: true,
          defaultValue: 'ADDED',
          description: 'Sort order. A cursor is valid only in the order that it came from.',
        }),
      },
      complexity: listCost(1),
      resolve: async (_root, { platform, kinds, search, orderBy, ...args }, { db, reads }) => {
        const conditions = { platform, kinds, search };
        const page = parsePage(args);
        const rows = await listStreams(db, conditions, orderBy, page);
        // The list of added streams changes only with the registry; a name, or the time of an update, may change by
        // itself.
        if (search || orderBy !== 'ADDED') reads.all();
        else reads.registry();
        for (const { streamId, version } of rows) reads.stream(streamId, version);
        return toConnection(page, rows, streamCursor(orderBy), () => countStreams(db, conditions));
      },
    },
    StreamConnection,
  ),
);
