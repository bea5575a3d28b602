import { sql } from 'drizzle-orm';
import { deletedStreamNotice, jobNotice } from '../../db/changes.ts';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { getStream } from './global-id.ts';

/** Every table that holds a stream's data, its registration last. */
const tables = [
  'posts',
  'raw_payloads',
  'metric_history',
  'post_terms',
  'activity',
  'observed_activity',
  'tally_months',
  'tally_totals',
  'follower_snapshots',
  'stream_providers',
  'authors',
  'accounts',
  'jobs',
  'streams',
] as const;

/** What is told of the rows that go. */
const notices: Readonly<Record<string, string>> = { jobs: jobNotice, streams: deletedStreamNotice };

/** Erases a stream and all that was collected of it, or nothing. A job that writes to it meanwhile fails. */
export async function deleteStream(db: Database, streamId: number): Promise<void> {
  await db.orm.transaction(async (tx) => {
    const found = await tx.execute(sql`select 1 from streams where stream_id = ${streamId} for update`);
    if (found.length === 0) throw new NotFoundError('No such stream');
    for (const table of tables) {
      const returning = sql.raw(table in notices ? `returning ${notices[table]}` : '');
      await tx.execute(sql`delete from ${sql.identifier(table)} where stream_id = ${streamId} ${returning}`);
    }
  });
}

builder.mutationField('deleteStream', (t) =>
  t.field({
    type: 'ID',
    description:
      'Erases the stream and all that was collected of it, its jobs included. NOT_FOUND where there is none.',
    args: { id: t.arg.globalID({ required: true, description: 'The stream.' }) },
    resolve: async (_root, { id }, context) => {
      const { streamId } = await getStream(context, id);
      await deleteStream(context.db, streamId);
      return Buffer.from(`${id.typename}:${id.id}`).toString('base64');
    },
  }),
);
