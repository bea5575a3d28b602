import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { Platform } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { composed } from '../../shared/fold.ts';
import { builtOf } from '../../shared/names.ts';
import { streamKinds } from '../../shared/stream-kind.ts';
import { type PageRequest, parsePage } from '../../shared/page.ts';
import { Stream } from './fields.ts';
import { isWithin, sorted, streamCursor, type StreamOrder, streamOrders } from './order.ts';
import { type StreamRow, selectStreams } from './query.ts';

/** One page of streams, and one row more when there are more. */
function listStreams(
  db: Database,
  where: SQL,
  order: StreamOrder,
  page: PageRequest,
): Promise<readonly StreamRow[]> {
  return selectStreams(db, sql`${where} and ${isWithin(order, page)}`, sorted(order, page));
}

async function countStreams(db: Database, where: SQL): Promise<number> {
  const rows = await db.rows<{ readonly count: number }>(
    sql`select count(*)::float8 as count from streams s left join accounts a on a.stream_id = s.stream_id where ${where}`,
  );
  return rows[0]?.count ?? 0;
}

/** Names and titles that hold the text, wherever: streams are few, a scan of them is cheap. */
function matches(search: string): SQL {
  const pattern = `%${composed(search)
    .trim()
    .replace(/^@/, '')
    .replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(s.title ilike ${pattern} or a.handle ilike ${pattern} or a.display_name ilike ${pattern})`;
}

const StreamConnection = countedConnection(Stream, 'Stream', 'Streams');

const StreamOrderEnum = builder.enumType('StreamOrder', {
  description: 'How a list of streams is sorted. Equal ones come in the order of their ids.',
  values: streamOrders,
});

const StreamKindEnum = builder.enumType('StreamKind', {
  description: 'What is followed.',
  values: builtOf(streamKinds),
});

builder.queryField('streams', (t) =>
  t.connection(
    {
      type: Stream,
      description: 'All streams: what is followed.',
      extensions: recordsReads,
      args: {
        platform: t.arg({ type: Platform, description: 'Only streams of this platform.' }),
        kinds: t.arg({
          type: [StreamKindEnum],
          description: 'Only streams of these kinds; all when it is left out, none when it is empty.',
        }),
        search: t.arg.string({
          description: 'Only streams whose title, handle or name contains this, without case.',
        }),
        orderBy: t.arg({
          type: StreamOrderEnum,
          required: true,
          defaultValue: 'ADDED',
          description: 'Sort order. A cursor serves only the order that it came from.',
        }),
      },
      complexity: listCost(1),
      resolve: async (_root, { platform, kinds, search, orderBy, ...args }, { db, reads }) => {
        const parts = [
          sql`true`,
          ...(platform ? [sql`s.platform = ${platform}`] : []),
          ...(kinds ? [sql`s.kind = any(${arrayOf(kinds)}::stream_kind[])`] : []),
          ...(search ? [matches(search)] : []),
        ];
        const where = sql.join(parts, sql` and `);
        const page = parsePage(args);
        const rows = await listStreams(db, where, orderBy, page);
        // Which streams were added never changes; a name, or when one was updated, may.
        if (search || orderBy !== 'ADDED') reads.all();
        else reads.registry();
        for (const { streamId, version } of rows) reads.stream(streamId, version);
        return toConnection(page, rows, streamCursor(orderBy), () => countStreams(db, where));
      },
    },
    StreamConnection,
  ),
);
