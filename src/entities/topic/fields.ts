import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseTopicQuery, topicIdentity } from '../../shared/topic.ts';
import { Stream } from '../stream/fields.ts';
import { refreshIfStale } from '../stream/freshness.ts';
import { loadStream } from '../stream/global-id.ts';
import { topicLoader } from '../stream/loader.ts';
import type { StreamRow } from '../stream/query.ts';

const Topic = builder.node(builder.objectRef<StreamRow>('Topic'), {
  description: 'A search on X. Its posts are the matches, by any author.',
  interfaces: [Stream],
  id: { resolve: (topic) => topic.streamId, description: 'The global id of this topic, for `node`.' },
  loadOne: async (id, context) => {
    const stream = await loadStream(context, id);
    return stream?.kind === 'TOPIC' ? stream : null;
  },
  fields: (t) => ({
    query: t.string({
      description: 'The search query, as it was first written.',
      resolve: (topic) => topic.title,
    }),
  }),
});

builder.queryField('topic', (t) =>
  t.field({
    type: Topic,
    nullable: true,
    description:
      'A topic by its search; null when nothing was collected for it. Queries compare without case, and runs of ' +
      'spaces count as one. A query for a tracked topic that is stale starts a refresh in the background.',
    extensions: recordsReads,
    args: { query: t.arg.string({ required: true, description: 'As X takes it, 1 to 512 characters.' }) },
    resolve: async (_root, { query }, context) => {
      const identity = topicIdentity(parseTopicQuery(query));
      return refreshIfStale(await loaderOf(context, topicLoader).load(identity), context);
    },
  }),
);
