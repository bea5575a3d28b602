import type DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { createLoader } from '../../graphql/loader.ts';
import { timelineKinds } from '../../shared/channel-event.ts';
import { type PageRequest, parsePage } from '../../shared/page.ts';
import { parseRange } from '../../shared/range.ts';
import {
  type ChannelEventRow,
  channelEventCursor,
  countChannelEvents,
  type EventCount,
  type EventFilter,
  listChannelEvents,
} from './events-query.ts';
import { Channel } from './fields.ts';

const ChannelEventKind = builder.enumType('ChannelEventKind', {
  description: 'The kind of an event in a channel.',
  values: timelineKinds,
});

const ChannelEvent = builder.objectRef<ChannelEventRow>('ChannelEvent').implement({
  description: 'Something that happened in a channel besides its messages.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ at }) => at }),
    kind: t.field({ type: ChannelEventKind, description: 'What happened.', resolve: ({ kind }) => kind }),
    handle: t.exposeString('handle', {
      nullable: true,
      description:
        'The login of the user who subscribed, gave, cheered, raided or announced, or whose messages were removed; ' +
        'null when nobody is named.',
    }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'The name with its own capitals; null when unknown.',
    }),
    amount: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Viewers of a RAID, months of a SUBSCRIPTION, subscriptions of a GIFT, seconds of a TIMEOUT, level of a ' +
        'HYPE_TRAIN, bits of BITS; null when Twitch does not say. A gift to many users counts in one event; the events of ' +
        'those who received it have 0.',
      resolve: ({ amount }) => amount,
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: "The user's message, else Twitch's own text about the event; null without both.",
    }),
  }),
});

const ChannelEventCount = builder.objectRef<EventCount>('ChannelEventCount').implement({
  description: 'How many events of a kind there were.',
  fields: (t) => ({
    kind: t.field({ type: ChannelEventKind, description: 'What happened.', resolve: ({ kind }) => kind }),
    count: t.field({ type: 'SafeInt', description: 'How many.', resolve: ({ count }) => count }),
    amount: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'The sum of their amounts: subscriptions given for GIFT, viewers for RAID, bits for BITS; null when no amount is known.',
      resolve: ({ amount }) => amount,
    }),
  }),
});

const ChannelEventConnection = countedConnection(ChannelEvent, 'ChannelEvent', 'Events');

type PageLoader = DataLoader<number, readonly ChannelEventRow[]>;
const pageLoaders = (): Map<string, PageLoader> => new Map();

/** Loads this page of each channel's events, with one row more when there are more: one statement for all channels. */
function pageLoader(context: Context, filter: EventFilter, page: PageRequest): PageLoader {
  return loaderFor(loaderOf(context, pageLoaders), { filter, page }, async (ids) =>
    listChannelEvents(context.db, ids, filter, page),
  );
}

type CountLoader = DataLoader<number, readonly EventCount[]>;
const countLoaders = (): Map<string, CountLoader> => new Map();

/** Counts the events of each channel by kind: one statement for all channels. */
function countLoader(context: Context, filter: EventFilter): CountLoader {
  return loaderFor(loaderOf(context, countLoaders), filter, async (ids) =>
    countChannelEvents(context.db, ids, filter),
  );
}

function loaderFor<Row extends { readonly streamId: number }>(
  loaders: Map<string, DataLoader<number, readonly Row[]>>,
  args: object,
  read: (ids: readonly number[]) => Promise<readonly Row[]>,
): DataLoader<number, readonly Row[]> {
  const key = JSON.stringify(args);
  const loader =
    loaders.get(key) ??
    createLoader(async (ids: readonly number[]) => {
      const rows = await read(ids);
      return ids.map((id) => rows.filter(({ streamId }) => streamId === id));
    });
  loaders.set(key, loader);
  return loader;
}

const eventArgs = builder.args((t) => ({
  kinds: t.field({
    type: [ChannelEventKind],
    description: 'Only events of these kinds. Default: all kinds.',
  }),
  range: t.field({ type: TimeRange, description: 'Only in this range.' }),
}));

builder.objectField(Channel, 'events', (t) =>
  t.connection(
    {
      type: ChannelEvent,
      description:
        'What happened in the channel besides its messages, and the messages with bits, newest first. Some events delete messages; the events themselves ' +
        'stay. Hype trains and changes of category need the token of a user: Twitch reports them only through EventSub.',
      args: eventArgs,
      complexity: listCost(1),
      resolve: async ({ streamId }, { kinds, range, ...args }, context) => {
        context.reads.stream(streamId);
        const filter = { kinds: kinds == null ? null : [...new Set(kinds)], range: parseRange(range) };
        const page = parsePage(args);
        const rows = await pageLoader(context, filter, page).load(streamId);
        return toConnection(page, rows, channelEventCursor, async () =>
          (await countLoader(context, filter).load(streamId)).reduce((sum, { count }) => sum + count, 0),
        );
      },
    },
    ChannelEventConnection,
  ),
);

builder.objectField(Channel, 'eventCounts', (t) =>
  t.field({
    type: [ChannelEventCount],
    description:
      'How many events of each kind there were, most first. Kinds without any are left out. MESSAGE_DELETED counts the messages ' +
      'that a moderator deleted.',
    args: { range: t.arg({ type: TimeRange, description: 'Only in this range.' }) },
    complexity: 10,
    resolve: ({ streamId }, { range }, context) => {
      context.reads.stream(streamId);
      return countLoader(context, { kinds: null, range: parseRange(range) }).load(streamId);
    },
  }),
);
