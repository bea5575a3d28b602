import { AuthorCount } from '../../entities/author/count.ts';
import { Channel } from '../../entities/channel/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { knownBots } from '../../shared/known-bots.ts';
import { parseFirst } from '../../shared/page.ts';
import { parseRange } from '../../shared/range.ts';
import { scopeOf, type StatsData } from '../kernel/fields.ts';
import { type Arrivals, type Cohort, duplicateWithinMs, type MessageCounts, type Part } from './compute.ts';
import {
  type ChatScope,
  loadArrivals,
  loadChatters,
  loadLeftOut,
  loadMessages,
  loadRetention,
} from './loader.ts';
import type { ChatterMessages } from './messages-of.ts';
import { comparedMax, countDuplicates, findAuthorIds, joinIds, listTalliesOf } from './query.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** Logins of bots, in lower case; default: the known ones. */
    readonly chatBots?: ReadonlySet<string>;
  }
}

const ChatPart = builder.objectRef<Part>('ChatPart').implement({
  description: 'Messages of a chat that share a property.',
  fields: (t) => ({
    messages: t.field({
      type: 'SafeInt',
      description: 'Number of such messages.',
      resolve: ({ messages }) => messages,
    }),
    of: t.field({
      type: 'SafeInt',
      description: 'Messages that were examined.',
      resolve: ({ of }) => of,
    }),
    share: t.float({
      nullable: true,
      description: 'messages / of, 0 to 1; null when no messages were examined.',
      resolve: ({ messages, of }) => (of === 0 ? null : messages / of),
    }),
  }),
});

const ChatArrivals = builder.objectRef<Arrivals>('ChatArrivals').implement({
  description:
    'Chatters of a range, by whether they wrote in the channel before. A chatter is new when Twitch marks a message of the range ' +
    'as their first. When their earliest message of the range has no mark (as in logs), a chatter is new when no message from ' +
    'before the range was collected.',
  fields: (t) => ({
    newChatters: t.field({
      type: 'SafeInt',
      description: 'New chatters.',
      resolve: ({ newChatters }) => newChatters,
    }),
    returningChatters: t.field({
      type: 'SafeInt',
      description: 'All other chatters.',
      resolve: ({ returningChatters }) => returningChatters,
    }),
    markedReturning: t.field({
      type: 'SafeInt',
      description: 'Chatters with a message that Twitch marks as written by a returning chatter.',
      resolve: ({ markedReturning }) => markedReturning,
    }),
  }),
});

const ChatCohort = builder.objectRef<Cohort>('ChatCohort').implement({
  description: 'The chatters of a week, and how many of them came back.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'The first instant of the week.',
      resolve: ({ start }) => new Date(start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The end of the week, exclusive.',
      resolve: ({ end }) => new Date(end),
    }),
    chatters: t.field({
      type: 'SafeInt',
      description: 'How many chatters wrote in the week.',
      resolve: ({ chatters }) => chatters,
    }),
    kept: t.field({
      type: ['SafeInt'],
      description: 'How many of them wrote in each later week of the list, the next week first.',
      resolve: ({ kept }) => kept,
    }),
  }),
});

const ChatStats = builder.objectRef<ChatScope<StatsData>>('ChatStats').implement({
  description: 'Numbers that only a chat has, over the messages of a channel in a range.',
});

/** Messages have no engagement. */
const toAuthorCount = ({ id, posts }: ChatterMessages, streamId: number) => ({
  streamId,
  authorId: id,
  posts,
  engagement: null,
  engaged: 0,
});

const part = (name: Exclude<keyof MessageCounts, 'posts'>, description: string) =>
  builder.objectField(ChatStats, name === 'mentioning' ? 'mentions' : name, (t) =>
    t.field({
      type: ChatPart,
      description,
      complexity: 10,
      resolve: async (chat, _args, { db }) => {
        const counts = await loadMessages(db, chat);
        return { messages: counts[name], of: counts.posts };
      },
    }),
  );

builder.objectFields(ChatStats, (t) => ({
  messages: t.field({
    type: 'SafeInt',
    description: 'Messages; those of bots only with `bots: true`.',
    complexity: 10,
    resolve: async (chat, _args, { db }) => (await loadMessages(db, chat)).posts,
  }),
  chatters: t.field({
    type: 'SafeInt',
    description: 'How many chatters wrote these messages.',
    complexity: 10,
    resolve: (chat, _args, { db }) => loadChatters(db, chat),
  }),
  duplicates: t.field({
    type: ChatPart,
    description:
      `Messages with exactly the same text as another message of the ${duplicateWithinMs / 1_000} seconds before, by any chatter. ` +
      `Only the newest ${comparedMax} messages of the range are examined.`,
    complexity: 50,
    resolve: async ({ scope, without }, _args, { db }) => {
      const { compared, messages } = await countDuplicates(db, scope, joinIds(without));
      return { messages, of: compared };
    },
  }),
  arrivals: t.field({
    type: ChatArrivals,
    description:
      'New and returning chatters. QUERY_TOO_COMPLEX when the numbers of chatters of all days add up to more than 10,000,000.',
    complexity: 100,
    resolve: (chat, _args, { db }) => loadArrivals(db, chat),
  }),
  retention: t.field({
    type: [ChatCohort],
    description:
      'For each of the last weeks of the range: how many of its chatters wrote again in the later weeks. Weeks begin on Monday in the ' +
      'time zone; the first and the last may be incomplete. QUERY_TOO_COMPLEX when the numbers of chatters of all days add up to more ' +
      'than 10,000,000.',
    args: {
      weeks: t.arg.int({ required: true, defaultValue: 8, description: 'How many weeks, 1 to 26.' }),
    },
    complexity: 100,
    resolve: (chat, { weeks }, { db }) => loadRetention(db, chat, parseFirst(weeks, 'weeks', 26)),
  }),
  leftOut: t.field({
    type: [AuthorCount],
    description:
      'The bots that wrote in the range and are left out, most messages first; empty with `bots: true`.',
    complexity: 10,
    resolve: async ({ scope, without }, _args, { db }) => {
      const joined = joinIds(without);
      const counted = await loadLeftOut(db, scope, joined);
      if (counted !== null) return counted.map((each) => toAuthorCount(each, scope.streamId));
      const tallies = await listTalliesOf(db, scope, joined);
      return tallies.map(({ value, ...tally }) => ({ ...tally, authorId: value, streamId: scope.streamId }));
    },
  }),
}));

part('emoteOnly', 'Messages that contain only emotes.');
part(
  'questions',
  'Messages with a question mark at the end of a word. Latin, Chinese and Arabic question marks count.',
);
part('commands', 'Messages that are a command to a bot, such as !uptime.');
part('mentioning', 'Messages that mention somebody with an @. Every reply does.');

builder.objectField(Channel, 'chat', (t) =>
  t.field({
    type: ChatStats,
    description: 'Numbers that only a chat has.',
    args: {
      range: t.arg({
        type: TimeRange,
        description: 'Only messages that were sent in this range. Default: everything that was collected.',
      }),
      timeZone: t.arg({
        type: 'TimeZone',
        required: true,
        defaultValue: 'UTC',
        description: 'The time zone of weeks.',
      }),
      bots: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether messages of bots count. Bots are those of a built-in list, which CHAT_BOTS changes. `leftOut` lists the bots that ' +
          'were left out.',
      }),
    },
    complexity: 10,
    resolve: async (channel, { range, timeZone, bots }, context) => {
      const scope = scopeOf(context, channel, parseRange(range), timeZone);
      if (bots) return { scope, without: [] };
      const logins = context.services.chatBots ?? knownBots;
      return { scope, without: await findAuthorIds(context.db, scope, joinIds([...logins])) };
    },
  }),
);
