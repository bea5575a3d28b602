import { getStream } from '../../entities/stream/global-id.ts';
import { builder } from '../../graphql/builder.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseRange } from '../../shared/range.ts';
import { DepthCountType } from '../depth-count.ts';
import { type DepthReport, depthReport } from './compute.ts';
import { countReplyDepths } from './query.ts';

const DepthReportType = builder.objectRef<DepthReport>('DepthReport').implement({
  description:
    'How deep conversations go. Counts conversations with a collected root and at least one reply, each with its ' +
    'posts of all streams.',
  fields: (t) => ({
    conversations: t.field({
      type: 'SafeInt',
      description: 'How many conversations.',
      resolve: (report) => report.conversations,
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts in them, the roots included.',
      resolve: (report) => report.posts,
    }),
    maxDepth: t.int({
      description: 'Replies on the longest path of all; 0 without conversations.',
      resolve: (report) => report.maxDepth,
    }),
    meanDepth: t.float({
      description: 'Mean depth of their posts, the roots included at 0; 0 without conversations.',
      resolve: (report) => report.meanDepth,
    }),
    histogram: t.field({
      type: [DepthCountType],
      description: 'How many posts stand at each depth, from 0 to maxDepth; empty without conversations.',
      resolve: (report) => report.histogram,
    }),
  }),
});

builder.queryField('conversationDepths', (t) =>
  t.field({
    type: DepthReportType,
    description: 'How deep conversations go.',
    args: {
      stream: t.arg.globalID({
        description:
          'Only conversations whose root is an own post of this stream; NOT_FOUND when there is none.',
      }),
      range: t.arg({
        type: TimeRange,
        description: 'Only conversations whose root was posted in this range.',
      }),
    },
    extensions: recordsReads,
    complexity: { field: 20, multiplier: 1 },
    resolve: async (_root, { stream, range }, context) => {
      context.reads.all();
      const streamId = stream ? (await getStream(context, stream)).streamId : null;
      return depthReport(await countReplyDepths(context.db, { streamId, range: parseRange(range) }));
    },
  }),
);
