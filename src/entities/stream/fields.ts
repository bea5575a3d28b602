import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { Platform } from '../../graphql/inputs.ts';
import { must } from '../../shared/errors.ts';
import { isStale } from './freshness.ts';
import { collectedLoader } from './loader.ts';
import type { StreamRow } from './query.ts';

const Freshness = builder.objectRef<StreamRow>('Freshness').implement({
  description: 'How complete and how recent the collected data of a stream is.',
  fields: (t) => ({
    fetchedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the newest successful fetch or import ended; null before the first.',
      resolve: (stream) => stream.fetchedAt,
    }),
    stale: t.boolean({
      description: 'Whether `fetchedAt` is older than the refresh interval (15 minutes unless configured).',
      resolve: (stream, _args, context) => isStale(stream, context),
    }),
    earliestPostAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest collected post was posted; null without posts.',
      resolve: (stream) => stream.earliestPostAt,
    }),
    latestPostAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the newest collected post was posted; null without posts.',
      resolve: (stream) => stream.latestPostAt,
    }),
    coverage: t.float({
      nullable: true,
      description:
        'Collected posts divided by the posts that the platform reports, at most 1; null when it reports none. Platforms do not count deleted posts.',
      resolve: async ({ streamId, reportedPosts }, _args, context) =>
        reportedPosts
          ? Math.min((await loaderOf(context, collectedLoader).load(streamId)) / reportedPosts, 1)
          : null,
    }),
    version: t.field({
      type: 'SafeInt',
      description:
        'Grows with every change that an answer can show: posts and their figures, profile, followers, schedule and fetchedAt. Clients may use it as an ETag.',
      resolve: (stream) => stream.version,
    }),
  }),
});

const Tracking = builder.objectRef<StreamRow>('Tracking').implement({
  description: 'The refresh schedule of a stream.',
  fields: (t) => ({
    every: t.field({
      type: 'Duration',
      description: 'The time from one refresh to the next.',
      resolve: (stream) => must(stream.trackEveryMs, 'only a stream with a schedule has this'),
    }),
    nextAt: t.field({
      type: 'DateTime',
      description: 'When the next refresh is due; in the past when it could not begin yet.',
      resolve: (stream) => must(stream.trackNextAt, 'a schedule has a next time'),
    }),
  }),
});

const typeNames = { ACCOUNT: 'Account', TOPIC: 'Topic', CHANNEL: 'Channel' } as const;

export const Stream = builder.interfaceRef<StreamRow>('Stream').implement({
  description:
    'A followed source of posts: the unit that is fetched, counted and deleted.\n' +
    "An Account is one X user's timeline, a Topic a search on X, a Channel the chat of a Twitch channel.",
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: (stream) => typeNames[stream.kind],
  fields: (t) => ({
    platform: t.field({
      type: Platform,
      description: 'The platform it is on.',
      resolve: (stream) => stream.platform,
    }),
    title: t.string({
      description: "What people call it: @handle, the search query, or the channel's login.",
      resolve: (stream) => stream.title,
    }),
    freshness: t.field({
      type: Freshness,
      description: 'How complete and how recent the collected data is.',
      resolve: (stream) => stream,
    }),
    tracking: t.field({
      type: Tracking,
      nullable: true,
      description: 'The refresh schedule; null when the stream is only refreshed on request.',
      resolve: (stream) => (stream.trackEveryMs === null ? null : stream),
    }),
  }),
});
