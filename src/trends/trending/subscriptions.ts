import { builder } from '../../graphql/builder.ts';
import { ofAllStreams } from '../../graphql/changes.ts';
import { follow } from '../../graphql/live.ts';
import { ticking } from '../../graphql/ticking.ts';
import { parseAsked, slidingArgs } from './args.ts';
import { needsPast, Trending, type TrendingData } from './fields.ts';
import { findWindow, keptMs, type TrendingWindow } from './windows.ts';
import { attached } from '../../shared/attached.ts';

/** At most once a second, however fast posts arrive. */
const everyMs = 1_000;
/** Subscribers that read within this time of each other share a window. */
const sharedForMs = 500;

builder.subscriptionField('trendingHashtags', (t) =>
  t.field({
    type: Trending,
    description:
      'Sends the sliding window that ends now: at once, then when its hashtags, their order, their posts or their authors ' +
      'change because posts arrive or leave it; at most once a second. It is checked when a stream changes, and at each ' +
      'sixtieth of the window, at least every minute. Nothing is sent while nothing changes.',
    args: slidingArgs,
    subscribe: async (_root, args, context, info) => {
      const { db, services } = context;
      const asked = {
        ...(await parseAsked(context, 'HASHTAG', args)),
        withPast: needsPast(args.orderBy, info),
      };
      let shown: string | null = null;
      return follow<TrendingData>({
        subscribe: async () =>
          ticking(await services.changes.subscribe(ofAllStreams), Math.round(keptMs(services, asked))),
        read: async () => {
          const window = await findWindow({ db, services, now: new Date() }, asked, sharedForMs);
          const shows = whatIsShown(window, asked.first);
          const isChanged = shows !== shown;
          shown = shows;
          return { events: isChanged ? [eventOf(window, asked.first)] : [], over: false };
        },
        everyMs,
        atOnce: true,
      });
    },
    resolve: (trending) => trending,
  }),
);

/** Returns what decides whether an event is sent. It leaves out the expected and the burst, which change every second. */
const whatIsShown = ({ total, trends }: TrendingWindow, first: number): string =>
  JSON.stringify([total, trends.slice(0, first).map(({ term, count, authors }) => [term, count, authors])]);

const eventsOf = () => new Map<number, TrendingData>();

/**
 * Returns the same object for all subscribers of the same window, so that it is resolved once for those with the same
 * query.
 */
function eventOf(window: TrendingWindow, first: number): TrendingData {
  const known = attached(window, eventsOf);
  const event = known.get(first) ?? { window, first };
  known.set(first, event);
  return event;
}
