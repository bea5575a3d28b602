import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { formatDuration } from '../../shared/duration.ts';
import { BadInputError, NotFoundError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import { Stream } from './fields.ts';
import { getStream } from './global-id.ts';
import { findStreams, type StreamRow } from './query.ts';

const shortestMs = 60_000;
const longestMs = 365 * dayMs;

/**
 * Sets how often a stream is refreshed, in milliseconds; null stops it. The first refresh is due after one interval; a
 * new interval never puts off one that is due earlier. BAD_INPUT below a minute and above a year.
 */
export async function trackStream(
  db: Database,
  streamId: number,
  everyMs: number | null,
  now: Date,
): Promise<StreamRow> {
  if (everyMs !== null && (everyMs < shortestMs || everyMs > longestMs)) {
    throw new BadInputError(
      `Invalid interval: ${formatDuration(everyMs)} asked, ${formatDuration(shortestMs)} to ${formatDuration(longestMs)} allowed`,
    );
  }
  const nextAt = everyMs === null ? null : new Date(now.getTime() + everyMs).toISOString();
  // least() leaves nulls out: without an earlier time this one is the least.
  await db.orm.execute(sql`
    update streams set track_every_ms = ${everyMs},
      track_next_at = case when ${nextAt}::timestamptz is not null then least(track_next_at, ${nextAt}::timestamptz) end
    where stream_id = ${streamId}`);
  const [stream] = await findStreams(db, [streamId]);
  if (stream === undefined) throw new NotFoundError('No such stream');
  return stream;
}

builder.mutationField('track', (t) =>
  t.field({
    type: Stream,
    description:
      'Refreshes the stream on a schedule; null stops it. The first refresh is due after one interval. BAD_INPUT below ' +
      'PT1M and above P365D, NOT_FOUND where there is no such stream.',
    args: {
      stream: t.arg.globalID({ required: true, description: 'An account or a topic.' }),
      every: t.arg({ type: 'Duration', description: 'From one refresh to the next, e.g. PT1H.' }),
    },
    resolve: async (_root, { stream, every }, context) => {
      const { streamId } = await getStream(context, stream);
      return trackStream(context.db, streamId, every ?? null, context.now);
    },
  }),
);
