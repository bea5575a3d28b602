import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { Platform } from '../../graphql/inputs.ts';
import { collectedLoader } from './loader.ts';
import type { StreamRow } from './query.ts';

/** How old the newest collection may be before a stream counts as stale. */
const staleAfterMs = 15 * 60_000;

const Freshness = builder.objectRef<StreamRow>('Freshness').implement({
  description: 'How much of a stream was collected, and when.',
  fields: (t) => ({
    fetchedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the newest successful fetch or import ended; null before the first.',
      resolve: (stream) => stream.fetchedAt,
    }),
    stale: t.boolean({
      description: 'Older than the refresh interval (15 minutes unless configured).',
      resolve: ({ fetchedAt }, _args, { now }) =>
        fetchedAt === null || now.getTime() - fetchedAt.getTime() > staleAfterMs,
    }),
    earliestPostAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First post collected; null without any.',
      resolve: (stream) => stream.earliestPostAt,
    }),
    latestPostAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Last post collected; null without any.',
      resolve: (stream) => stream.latestPostAt,
    }),
    coverage: t.float({
      nullable: true,
      description:
        'Posts collected over posts the platform reports, at most 1; null where it reports none. Platforms do not count what was deleted.',
      resolve: async ({ streamId, reportedPosts }, _args, context) =>
        reportedPosts
          ? Math.min((await loaderOf(context, collectedLoader).load(streamId)) / reportedPosts, 1)
          : null,
    }),
    version: t.field({
      type: 'SafeInt',
      description: "Grows by one with every change of the stream's posts; clients may use it as an ETag.",
      resolve: (stream) => stream.version,
    }),
  }),
});

export const Stream = builder.interfaceRef<StreamRow>('Stream').implement({
  description:
    'A followed source of posts: the unit that is fetched, counted, cached, invalidated and deleted.\n' +
    "An Account is one X user's timeline, a Topic a search on X, a Channel the chat of a Twitch channel.",
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: () => 'Account',
  fields: (t) => ({
    platform: t.field({
      type: Platform,
      description: 'Where it lives.',
      resolve: (stream) => stream.platform,
    }),
    title: t.string({
      description: "What people call it: @handle, the search query, the channel's name.",
      resolve: (stream) => stream.title,
    }),
    freshness: t.field({
      type: Freshness,
      description: 'How much was collected of it, and when.',
      resolve: (stream) => stream,
    }),
  }),
});
