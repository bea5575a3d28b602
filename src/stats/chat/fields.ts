import { AuthorCount } from '../../entities/author/count.ts';
import { Channel } from '../../entities/channel/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { knownBots } from '../../shared/known-bots.ts';
import { parseFirst } from '../../shared/page.ts';
import { parseRange } from '../../shared/range.ts';
import { scopeOf, type StatsData } from '../kernel/fields.ts';
import { type Arrivals, type Cohort, duplicateWithinMs, type MessageCounts, type Part } from './compute.ts';
import { type ChatScope, loadArrivals, loadChatters, loadMessages, loadRetention } from './loader.ts';
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
      description: 'Messages that were looked at.',
      resolve: ({ of }) => of,
    }),
    share: t.float({
      nullable: true,
      description: 'messages over of, 0 to 1; null when there are none.',
      resolve: ({ messages, of }) => (of === 0 ? null : messages / of),
    }),
  }),
});

const ChatArrivals = builder.objectRef<Arrivals>('ChatArrivals').implement({
  description:
    'Chatters of a range by whether they wrote in the channel before. A chatter is new when Twitch marks a message of the ' +
    'range as their first, or when their earliest message in it has no mark (as in logs) and none from before the range was collected.',
  fields: (t) => ({
    newChatters: t.field({
      type: 'SafeInt',
      description: 'Chatters who are new.',
      resolve: ({ newChatters }) => newChatters,
    }),
    returningChatters: t.field({
      type: 'SafeInt',
      description: 'All others.',
      resolve: ({ returningChatters }) => returningChatters,
    }),
    markedReturning: t.field({
      type: 'SafeInt',
      description: 'Chatters with a message that Twitch itself marks as by a returning chatter.',
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
      description: 'The first instant after it.',
      resolve: ({ end }) => new Date(end),
    }),
    chatters: t.field({
      type: 'SafeInt',
      description: 'Who wrote in it.',
      resolve: ({ chatters }) => chatters,
    }),
    kept: t.field({
      type: ['SafeInt'],
      description:
        'How many of them wrote in the week after it, in the week after that, and so on to the last week of the list.',
      resolve: ({ kept }) => kept,
    }),
  }),
});

const ChatStats = builder.objectRef<ChatScope<StatsData>>('ChatStats').implement({
  description: 'Numbers that only a chat has, over the messages of a channel in a range.',
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
    description: 'Messages, without those that are left out.',
    complexity: 10,
    resolve: async (chat, _args, { db }) => (await loadMessages(db, chat)).posts,
  }),
  chatters: t.field({
    type: 'SafeInt',
    description: 'Who wrote them.',
    complexity: 10,
    resolve: (chat, _args, { db }) => loadChatters(db, chat),
  }),
  duplicates: t.field({
    type: ChatPart,
    description:
      `Messages with exactly the text of another one from the ${duplicateWithinMs / 1_000} seconds before, whoever wrote it. ` +
      `The newest ${comparedMax} messages of the range are looked at.`,
    complexity: 50,
    resolve: async ({ scope, without }, _args, { db }) => {
      const { compared, messages } = await countDuplicates(db, scope, joinIds(without));
      return { messages, of: compared };
    },
  }),
  arrivals: t.field({
    type: ChatArrivals,
    description:
      'Who is new and who returned. QUERY_TOO_COMPLEX when the days have over 10,000,000 chatters, added up.',
    complexity: 100,
    resolve: (chat, _args, { db }) => loadArrivals(db, chat),
  }),
  retention: t.field({
    type: [ChatCohort],
    description:
      'Of the chatters of each of the last weeks of the range, how many wrote again in the weeks after. Weeks begin on Monday in ' +
      'the time zone; the range may cut the first and the last. QUERY_TOO_COMPLEX when the days have over 10,000,000 chatters, added up.',
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
      const tallies = await listTalliesOf(db, scope, joinIds(without));
      return tallies.map(({ value, ...tally }) => ({ ...tally, authorId: value, streamId: scope.streamId }));
    },
  }),
}));

part('emoteOnly', 'Messages of nothing but emotes.');
part(
  'questions',
  'Messages with a question mark at the end of a word: those of Latin, Chinese and Arabic writing count.',
);
part('commands', 'Messages that ask a bot for something, such as !uptime.');
part('mentioning', 'Messages that name somebody with an @, as each reply does.');

builder.objectField(Channel, 'chat', (t) =>
  t.field({
    type: ChatStats,
    description: 'Numbers that only a chat has; without a range, over all that was collected.',
    args: {
      range: t.arg({ type: TimeRange, description: 'Only messages that were sent in this range.' }),
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
          'Whether messages of bots count: of a list of known ones, which CHAT_BOTS changes. `leftOut` tells which were left out.',
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
