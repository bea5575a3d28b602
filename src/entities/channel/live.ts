import type DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { createLoader } from '../../graphql/loader.ts';
import { minuteMs } from '../../shared/instant.ts';
import { parseFirst } from '../../shared/page.ts';
import { Channel } from './fields.ts';
import { type BroadcastRow, findBroadcasts, findCollecting } from './query.ts';

/** A broadcast that was last seen on air longer ago than this may be over: nobody polls it any more. */
const unknownAfterMs = 5 * minuteMs;

const Broadcast = builder.objectRef<BroadcastRow>('Broadcast').implement({
  description: 'A broadcast of a channel, as Twitch described it while it was on air.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The last title.' }),
    category: t.exposeString('category', {
      nullable: true,
      description: 'The game or other category; null when none was set.',
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ startedAt }) => startedAt,
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was first seen to be over, up to a minute late. Null while it is on air.',
      resolve: ({ endedAt }) => endedAt,
    }),
    viewers: t.field({
      type: 'SafeInt',
      description: 'Viewers when it was last seen on air.',
      resolve: ({ viewers }) => viewers,
    }),
    peakViewers: t.field({
      type: 'SafeInt',
      description: 'The most viewers seen.',
      resolve: ({ peakViewers }) => peakViewers,
    }),
  }),
});

const newestLoader = ({ db, reads }: Context): DataLoader<number, BroadcastRow | null> =>
  createLoader(async (ids) => {
    for (const streamId of ids) reads.stream(streamId);
    const rows = new Map((await findBroadcasts(db, ids, 1)).map((row) => [row.streamId, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });

type Asked = { readonly streamId: number; readonly first: number };

/** Loads the newest broadcasts of channels, `first` of each. */
const broadcastsLoader = ({ db, reads }: Context): DataLoader<Asked, readonly BroadcastRow[], string> =>
  createLoader<Asked, readonly BroadcastRow[], string>(
    async (asked) => {
      for (const { streamId } of asked) reads.stream(streamId);
      const most = Math.max(...asked.map(({ first }) => first));
      const rows = await findBroadcasts(db, [...new Set(asked.map(({ streamId }) => streamId))], most);
      return asked.map(({ streamId, first }) =>
        rows.filter((row) => row.streamId === streamId).slice(0, first),
      );
    },
    { cacheKeyFn: ({ streamId, first }) => `${streamId} ${first}` },
  );

const collectingLoader = ({ db }: Context): DataLoader<number, boolean> =>
  createLoader(async (ids) => {
    const collecting = await findCollecting(db, ids);
    return ids.map((id) => collecting.has(id));
  });

builder.objectFields(Channel, (t) => ({
  live: t.field({
    type: Broadcast,
    nullable: true,
    description:
      'The broadcast now on air, polled each minute while chat is collected. Null when the channel is off air, ' +
      'when its chat is not collected, and when the keys for the API of Twitch are not set.',
    resolve: async ({ streamId }, _args, context) => {
      const newest = await loaderOf(context, newestLoader).load(streamId);
      if (newest === null || newest.endedAt !== null) return null;
      const leftMs = newest.seenAt.getTime() + unknownAfterMs - context.now.getTime();
      if (leftMs <= 0) return null;
      context.reads.keep(leftMs);
      return newest;
    },
  }),
  collecting: t.boolean({
    description: 'True while chat is being collected.',
    resolve: ({ streamId }, _args, context) => {
      // A collector that dies changes no version.
      context.reads.never();
      return loaderOf(context, collectingLoader).load(streamId);
    },
  }),
  broadcasts: t.field({
    type: [Broadcast],
    description: 'Broadcasts that were on air while chat was collected, newest first.',
    args: {
      first: t.arg.int({ required: true, defaultValue: 10, description: 'How many, 1 to 200.' }),
    },
    complexity: listCost(1),
    resolve: ({ streamId }, { first }, context) =>
      loaderOf(context, broadcastsLoader).load({ streamId, first: parseFirst(first) }),
  }),
}));
