import { Channel } from '../../entities/channel/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { maxFirst, parseFirst } from '../../shared/page.ts';
import { parseRange } from '../../shared/range.ts';
import { listMoments, type ExplainedMoment } from './list.ts';

const MomentTerm = builder.objectRef<ExplainedMoment['terms'][number]>('MomentTerm').implement({
  description: 'A word or an emote that explains a moment.',
  fields: (t) => ({
    term: t.exposeString('term', { description: 'The word in lower case, or the emote as written.' }),
    count: t.field({
      type: 'SafeInt',
      description: 'Messages of the moment that use it.',
      resolve: ({ count }) => count,
    }),
    lift: t.exposeFloat('lift', { description: 'How many times more often than in the minutes around it.' }),
  }),
});

export const Moment = builder.objectRef<ExplainedMoment>('Moment').implement({
  description: 'Minutes in a row in which a chat was far busier than around them.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'Its first instant.',
      resolve: ({ start }) => new Date(start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The first instant after it.',
      resolve: ({ end }) => new Date(end),
    }),
    peakAt: t.field({
      type: 'DateTime',
      description: 'When its strongest minute begins.',
      resolve: ({ peakAt }) => new Date(peakAt),
    }),
    messages: t.field({
      type: 'SafeInt',
      description: 'Messages in it.',
      resolve: ({ messages }) => messages,
    }),
    expected: t.exposeFloat('expected', {
      description: 'Messages expected in as many minutes, by the quarter-hours on both sides.',
    }),
    score: t.exposeFloat('score', {
      description:
        'How far its strongest minute is above the expected number, in robust standard deviations; 4 at least.',
    }),
    words: t.field({
      type: [MomentTerm],
      description: 'The words that explain the moment best, at most five.',
      resolve: ({ terms }) => terms.filter(({ kind }) => kind === 'WORD'),
    }),
    emotes: t.field({
      type: [MomentTerm],
      description: 'The emotes that explain the moment best, at most five.',
      resolve: ({ terms }) => terms.filter(({ kind }) => kind === 'EMOTE'),
    }),
  }),
});

builder.objectField(Channel, 'moments', (t) =>
  t.field({
    type: [Moment],
    description:
      'When the chat went off its scale: minutes far busier than the quarter-hour on either side, strongest first. ' +
      'QUERY_TOO_COMPLEX over 45,000 minutes with messages: give a range.',
    args: {
      range: t.arg({
        type: TimeRange,
        description: 'Only in this range; all that was collected when it is left out.',
      }),
      first: t.arg.int({ required: true, defaultValue: 10, description: `How many, 1 to ${maxFirst}.` }),
    },
    complexity: listCost(10),
    resolve: ({ streamId, keepsMinutes }, { range, first }, { db }) =>
      listMoments(db, { streamId, keepsMinutes, range: parseRange(range), first: parseFirst(first) }),
  }),
);
