import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { formatDuration } from '../../shared/duration.ts';
import { BadInputError, DomainError, NotFoundError } from '../../shared/errors.ts';
import type { Fetchable } from '../../shared/fetchable.ts';
import { dayMs } from '../../shared/instant.ts';
import { Stream } from './fields.ts';
import { getStream } from './global-id.ts';
import { findStreams, type StreamRow } from './query.ts';

const shortestMs = 60_000;
const longestMs = 365 * dayMs;

type Schedule = {
  /** Milliseconds from one refresh to the next, a minute to a year. */
  readonly everyMs: number;
  readonly now: Date;
  /** Throws PROVIDER_NOT_CONFIGURED when no provider could fetch accounts, or topics. */
  requireProvider(kind: Fetchable['kind']): void;
};

/**
 * Sets how often a stream is refreshed. The first refresh is due after one interval; a new interval never puts off one
 * that is due earlier. BAD_INPUT below a minute and above a year, PROVIDER_NOT_CONFIGURED when nobody could fetch it.
 */
export async function trackStream(
  db: Database,
  { streamId, kind, title }: Pick<StreamRow, 'streamId' | 'kind' | 'title'>,
  { everyMs, now, requireProvider }: Schedule,
): Promise<StreamRow> {
  if (everyMs < shortestMs || everyMs > longestMs) {
    throw new BadInputError(
      `Invalid interval: ${formatDuration(everyMs)} asked, ${formatDuration(shortestMs)} to ${formatDuration(longestMs)} allowed`,
    );
  }
  requireProvider(kind === 'TOPIC' ? 'topic' : 'account');
  if (await isMadeUp(db, streamId)) {
    throw new DomainError('PROVIDER_NOT_CONFIGURED', `${title} is made up: no provider has posts of it`);
  }
  const nextAt = new Date(now.getTime() + everyMs).toISOString();
  // least() leaves nulls out: without an earlier time this one is the least.
  await db.orm.execute(sql`
    update streams set track_every_ms = ${everyMs}, track_next_at = least(track_next_at, ${nextAt}::timestamptz)
    where stream_id = ${streamId}`);
  return read(db, streamId);
}

/** Stops the schedule; a stream without one stays as it is. */
export async function untrackStream(db: Database, streamId: number): Promise<StreamRow> {
  await db.orm.execute(sql`
    update streams set track_every_ms = null, track_next_at = null where stream_id = ${streamId}`);
  return read(db, streamId);
}

async function read(db: Database, streamId: number): Promise<StreamRow> {
  const [stream] = await findStreams(db, [streamId]);
  if (stream === undefined) throw new NotFoundError('No such stream');
  return stream;
}

/** Whether we made the stream's posts, and nobody else ever delivered any. */
async function isMadeUp(db: Database, streamId: number): Promise<boolean> {
  const rows = (await db.orm.execute(sql`
    select bool_and(provider = 'SYNTHETIC') as "madeUp" from stream_providers
    where stream_id = ${streamId}`)) as unknown as readonly { readonly madeUp: boolean | null }[];
  return rows[0]?.madeUp === true;
}

builder.mutationField('track', (t) =>
  t.field({
    type: Stream,
    extensions: needs('write'),
    description:
      'Refreshes the stream on a schedule. The first refresh is due after one interval. BAD_INPUT below PT1M and above ' +
      'P365D, NOT_FOUND when there is no such stream, PROVIDER_NOT_CONFIGURED when no provider could fetch it: none is ' +
      'configured, those that are do not search, or its posts are made up, as the demo is.',
    args: {
      stream: t.arg.globalID({ required: true, description: 'An account or a topic.' }),
      every: t.arg({
        type: 'Duration',
        required: true,
        description: 'From one refresh to the next, PT1M to P365D, e.g. PT1H.',
      }),
    },
    resolve: async (_root, { stream, every }, context) => {
      const { db, now, services } = context;
      const found = await getStream(context, stream);
      const requireProvider: Schedule['requireProvider'] = (kind) => services.jobs.requireProvider(kind);
      return trackStream(db, found, { everyMs: every, now, requireProvider });
    },
  }),
);

builder.mutationField('untrack', (t) =>
  t.field({
    type: Stream,
    extensions: needs('write'),
    description:
      'Stops the schedule of the stream, which is then refreshed on request only; without one nothing changes. ' +
      'NOT_FOUND when there is no such stream.',
    args: { stream: t.arg.globalID({ required: true, description: 'An account or a topic.' }) },
    resolve: async (_root, { stream }, context) => {
      const { streamId } = await getStream(context, stream);
      return untrackStream(context.db, streamId);
    },
  }),
);
