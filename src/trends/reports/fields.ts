import { AuthorCount } from '../../entities/author/count.ts';
import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { Platform, TimeRange } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseRange } from '../../shared/range.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { listTopOfAll, type ReportRow } from './query.ts';

const onlyIn =
  'Only posts that were posted in this range; those of which only the day is known were, when it holds 00:00 UTC of the day.';

const HashtagCount = builder.objectRef<ReportRow>('HashtagCount').implement({
  description: 'A hashtag, and how much it was used.',
  fields: (t) => ({
    hashtag: t.field({ type: Hashtag, description: 'Which one.', resolve: (row) => ({ tag: row.value }) }),
    posts: t.field({ type: 'SafeInt', description: 'Posts that use it.', resolve: (row) => row.posts }),
    authors: t.field({
      type: 'SafeInt',
      description: 'Distinct authors who use it.',
      resolve: (row) => row.authors,
    }),
    engagement: t.field({
      type: 'SafeInt',
      description: 'Engagement of these posts, of those known; 0 when it is known of none.',
      resolve: (row) => row.engagement ?? 0,
    }),
  }),
});

builder.queryField('topHashtags', (t) =>
  t.field({
    type: [HashtagCount],
    description:
      'The hashtags that most posts of all streams use, each post once; equal counts alphabetically.',
    args: {
      range: t.arg({ type: TimeRange, description: onlyIn }),
      ...topListArgs(20),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: (_root, { range, ...page }, { db, reads }) => {
      reads.all();
      return listTopOfAll(db, {
        dimension: 'HASHTAG',
        range: parseRange(range),
        platform: null,
        page: parseTopList(page),
      });
    },
  }),
);

builder.queryField('topAuthors', (t) =>
  t.field({
    type: [AuthorCount],
    description:
      'The authors who wrote most of the posts of all streams, each post counted once; equal counts by id.',
    args: {
      range: t.arg({ type: TimeRange, description: onlyIn }),
      platform: t.arg({ type: Platform, description: 'Only authors of this platform.' }),
      ...topListArgs(10),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: async (_root, { range, platform, ...page }, { db, reads }) => {
      reads.all();
      const rows = await listTopOfAll(db, {
        dimension: 'AUTHOR',
        range: parseRange(range),
        platform: platform ?? null,
        page: parseTopList(page),
      });
      return rows.map(({ value, ...row }) => ({ ...row, authorId: value }));
    },
  }),
);
