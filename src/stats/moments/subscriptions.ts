import type { Database } from '../../db/client.ts';
import { parseStreamId } from '../../entities/stream/global-id.ts';
import { findStreams } from '../../entities/stream/query.ts';
import { builder } from '../../graphql/builder.ts';
import { ofStream } from '../../graphql/changes.ts';
import { follow } from '../../graphql/live.ts';
import { shareReads } from '../../graphql/share-reads.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { Moment } from './fields.ts';
import { watchMoments } from './latest.ts';
import { explainMoments, type ExplainedMoment } from './list.ts';
import { listMinutes } from './query.ts';

/** Minutes are read at most once per second, however fast messages arrive. */
const everyMs = 1_000;

const readStream = shareReads(async (db, streamId: number) => (await findStreams(db, [streamId]))[0] ?? null);

/** The minutes of a channel from an instant on. The key has the stream, the instant, and 1 when minutes are stored. */
const readMinutes = shareReads((db: Database, key: string) => {
  const [streamId = 0, from = 0, kept] = key.split(' ').map(Number);
  return listMinutes(db, { streamId, keepsMinutes: kept === 1 }, { from, to: null });
});

builder.subscriptionField('newMoments', (t) =>
  t.field({
    type: Moment,
    description:
      "Sends moments of a channel's chat as they happen, within two seconds. A moment is sent when it begins, and again when it has grown " +
      'by a half, lasts another minute, or has ended; `start` identifies it. A moment that is under way when the subscription begins is ' +
      'sent at once. Completes when the channel is deleted. NOT_FOUND when there is no such channel.',
    args: { id: t.arg.id({ required: true, description: 'The channel.' }) },
    subscribe: async (_root, { id }, { db, services: { changes } }) => {
      const streamId = parseStreamId(id);
      if ((await readStream(db, streamId))?.kind !== 'CHANNEL') throw new NotFoundError('No such channel');
      let keepsMinutes = false;
      const watch = watchMoments((from) => readMinutes(db, `${streamId} ${from} ${Number(keepsMinutes)}`));
      return follow<ExplainedMoment>({
        subscribe: () => changes.subscribe(ofStream(streamId)),
        read: async () => {
          const stream = await readStream(db, streamId);
          if (stream === null) return { events: [], over: true };
          if (stream.latestPostAt === null) return { events: [], over: false };
          ({ keepsMinutes } = stream);
          const changed = await watch(stream.latestPostAt.getTime());
          return { events: await explainMoments(db, streamId, changed), over: false };
        },
        everyMs,
        atOnce: true,
      });
    },
    resolve: (moment) => moment,
  }),
);
