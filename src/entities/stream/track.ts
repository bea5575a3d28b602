import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { needs } from '../../graphql/guard.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { track } from '../../streams/track.ts';
import { untrack } from '../../streams/untrack.ts';
import { Stream } from './fields.ts';
import { getStream } from './global-id.ts';
import { findStreams, type StreamRow } from './query.ts';

/** Reads a stream again just after a change. */
async function readBack({ db }: Context, streamId: number): Promise<StreamRow> {
  const [stream] = await findStreams(db, [streamId]);
  if (stream === undefined) throw new NotFoundError('No such stream');
  return stream;
}

builder.mutationField('track', (t) =>
  t.field({
    type: Stream,
    extensions: needs('write'),
    description:
      'Refreshes the stream on a schedule. The first refresh is due after one interval. BAD_INPUT below PT1M and above ' +
      'P365D, NOT_FOUND when there is no such stream, PROVIDER_NOT_CONFIGURED when no provider can fetch it: none is ' +
      'configured, none of them searches, or its posts are made up, as in the demo. BAD_INPUT for a channel, whose chat ' +
      'is collected live.',
    args: {
      stream: t.arg.globalID({ required: true, description: 'An account or a topic.' }),
      every: t.arg({
        type: 'Duration',
        required: true,
        description: 'The time from one refresh to the next, PT1M to P365D, e.g. PT1H.',
      }),
    },
    resolve: async (_root, { stream, every }, context) => {
      const { streamId } = await getStream(context, stream);
      const { db, now, services } = context;
      const { requireProvider } = services.fetches;
      await track({ sql: db.sql, now, requireProvider }, { streamId, everyMs: every });
      return readBack(context, streamId);
    },
  }),
);

builder.mutationField('untrack', (t) =>
  t.field({
    type: Stream,
    extensions: needs('write'),
    description:
      'Stops the schedule of the stream, which is then refreshed on request only. Without a schedule nothing changes. ' +
      'NOT_FOUND when there is no such stream.',
    args: { stream: t.arg.globalID({ required: true, description: 'An account or a topic.' }) },
    resolve: async (_root, { stream }, context) => {
      const { streamId } = await getStream(context, stream);
      await untrack(context.db, streamId);
      return readBack(context, streamId);
    },
  }),
);
