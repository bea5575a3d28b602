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
    term: t.exposeString('term', { description: 'The word in lower case, or the emote as it was written.' }),
    count: t.field({
      type: 'SafeInt',
      description: 'Messages of the moment that use it.',
      resolve: ({ count }) => count,
    }),
    lift: t.exposeFloat('lift', {
      description: 'How many times more often it is used than in the minutes before and after.',
    }),
  }),
});

export const Moment = builder.objectRef<ExplainedMoment>('Moment').implement({
  description: 'Consecutive minutes in which a chat was far busier than before and after.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'The first instant of the moment.',
      resolve: ({ start }) => new Date(start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The end of the moment, exclusive.',
      resolve: ({ end }) => new Date(end),
    }),
    peakAt: t.field({
      type: 'DateTime',
      description: 'The start of its strongest minute.',
      resolve: ({ peakAt }) => new Date(peakAt),
    }),
    messages: t.field({
      type: 'SafeInt',
      description: 'Messages in it.',
      resolve: ({ messages }) => messages,
    }),
    expected: t.exposeFloat('expected', {
      description: 'Messages expected in as many minutes, estimated from the quarter-hours before and after.',
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
      'Moments in which the chat was far busier than in the quarter-hours before and after, strongest first. ' +
      'QUERY_TOO_COMPLEX when more than 45,000 minutes have messages: give a shorter range.',
    args: {
      range: t.arg({
        type: TimeRange,
        description: 'Only moments in this range. Default: everything that was collected.',
      }),
      first: t.arg.int({ required: true, defaultValue: 10, description: `How many, 1 to ${maxFirst}.` }),
    },
    complexity: listCost(10),
    resolve: ({ streamId, keepsMinutes }, { range, first }, { db }) =>
      listMoments(db, { streamId, keepsMinutes, range: parseRange(range), first: parseFirst(first) }),
  }),
);
