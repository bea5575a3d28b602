import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { countOf, toConnection } from '../../graphql/connection.ts';
import { listCost } from '../../graphql/cost.ts';
import { Platform } from '../../graphql/inputs.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { type PageRequest, parsePage } from '../../shared/page.ts';
import { Stream } from './fields.ts';
import { type StreamRow, selectStreams } from './query.ts';

const order = 'STREAMS';
const streamCursor = (stream: StreamRow) =>
  encodeCursor([order, stream.createdAt.toISOString(), stream.streamId]);

function place(cursor: string): SQL {
  const [createdAt, streamId] = decodeCursor(cursor, order, ['instant', 'int']);
  return sql`${createdAt}::timestamptz, ${streamId}::int`;
}

/** One page of streams, in the order they were added, and one row more where there are more. */
function listStreams(db: Database, where: SQL, page: PageRequest): Promise<readonly StreamRow[]> {
  const parts = [where];
  if (page.after !== null) parts.push(sql`(s.created_at, s.stream_id) > (${place(page.after)})`);
  if (page.before !== null) parts.push(sql`(s.created_at, s.stream_id) < (${place(page.before)})`);
  const direction = page.backwards ? sql`desc` : sql`asc`;
  return selectStreams(
    db,
    sql.join(parts, sql` and `),
    sql`order by s.created_at ${direction}, s.stream_id ${direction} limit ${page.limit + 1}`,
  );
}

async function countStreams(db: Database, where: SQL): Promise<number> {
  const rows = (await db.orm.execute(
    sql`select count(*)::float8 as count from streams s left join accounts a on a.stream_id = s.stream_id where ${where}`,
  )) as unknown as readonly { readonly count: number }[];
  return rows[0]?.count ?? 0;
}

/** Names and titles that hold the text, wherever: streams are few, a scan of them is cheap. */
function matches(search: string): SQL {
  const pattern = `%${search
    .trim()
    .replace(/^@/, '')
    .replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(s.title ilike ${pattern} or a.handle ilike ${pattern} or a.display_name ilike ${pattern})`;
}

const StreamConnection = builder.connectionObject(
  {
    type: Stream,
    name: 'StreamConnection',
    fields: (t) => ({
      totalCount: t.field({
        type: 'SafeInt',
        description: 'Streams in all pages together: counted only when asked for.',
        resolve: countOf,
      }),
    }),
  },
  { name: 'StreamEdge' },
);

builder.queryField('streams', (t) =>
  t.connection(
    {
      type: Stream,
      description: 'All that is followed, in the order it was added.',
      args: {
        platform: t.arg({ type: Platform, description: 'Those of this platform only.' }),
        search: t.arg.string({ description: 'Those whose title, handle or name holds this, without case.' }),
      },
      complexity: listCost(1),
      resolve: async (_root, { platform, search, ...args }, { db }) => {
        const parts = [
          sql`true`,
          ...(platform ? [sql`s.platform = ${platform}`] : []),
          ...(search ? [matches(search)] : []),
        ];
        const where = sql.join(parts, sql` and `);
        const page = parsePage(args);
        const rows = await listStreams(db, where, page);
        return toConnection(page, rows, streamCursor, () => countStreams(db, where));
      },
    },
    StreamConnection,
  ),
);
