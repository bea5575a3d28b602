import { builder } from '../../graphql/builder.ts';
import { ofAllStreams } from '../../graphql/changes.ts';
import { follow } from '../../graphql/live.ts';
import { ticking } from '../../graphql/ticking.ts';
import { parseAsked, slidingArgs } from './args.ts';
import { needsPast, Trending, type TrendingData } from './fields.ts';
import { findWindow, keptMs, type TrendingWindow } from './windows.ts';
import { attached } from '../../shared/attached.ts';

/** Once a second at most, however fast posts come in. */
const everyMs = 1_000;
/** Subscribers who look within so many milliseconds of each other are given the same window. */
const togetherMs = 500;

builder.subscriptionField('trendingHashtags', (t) =>
  t.field({
    type: Trending,
    description:
      'The window that ends now as it slides: at once, then when its hashtags, their order, their posts or authors changed, ' +
      'whether posts came or fell out of it; at most once a second. Looks when a stream changes, and at each sixtieth of the ' +
      'window, every minute at least. Silent while nothing changes.',
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
        look: async () => {
          const window = await findWindow({ db, services, now: new Date() }, asked, togetherMs);
          const shows = whatIsShown(window, asked.first);
          const isNews = shows !== shown;
          shown = shows;
          return { events: isNews ? [eventOf(window, asked.first)] : [], over: false };
        },
        everyMs,
        atOnce: true,
      });
    },
    resolve: (trending) => trending,
  }),
);

/** Not the expected and what follows from it: that changes with every second, and is no news by itself. */
const whatIsShown = ({ total, trends }: TrendingWindow, first: number): string =>
  JSON.stringify([total, trends.slice(0, first).map(({ term, count, authors }) => [term, count, authors])]);

const eventsOf = () => new Map<number, TrendingData>();

/** The same object for all who are told of the same window: it is resolved once for those who ask the same of it. */
function eventOf(window: TrendingWindow, first: number): TrendingData {
  const known = attached(window, eventsOf);
  const event = known.get(first) ?? { window, first };
  known.set(first, event);
  return event;
}
