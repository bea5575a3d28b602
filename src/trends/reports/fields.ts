import { AuthorCount } from '../../entities/author/count.ts';
import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { Platform, TimeRange } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseRange } from '../../shared/range.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { listTopAuthors, listTopHashtags } from './query.ts';

const onlyIn =
  'Only posts that were posted in this range; those of which only the day is known were, when it holds 00:00 UTC of the day.';

type HashtagCountData = Awaited<ReturnType<typeof listTopHashtags>>[number];

const HashtagCount = builder.objectRef<HashtagCountData>('HashtagCount').implement({
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

const HashtagOrder = builder.enumType('HashtagOrder', {
  description: 'Sort order of hashtags.',
  values: {
    POSTS: { description: 'Posts that use it.' },
    AUTHORS: { description: 'Distinct authors who use it.' },
  } as const,
});

builder.queryField('topHashtags', (t) =>
  t.field({
    type: [HashtagCount],
    description:
      'The hashtags that most posts of all streams use, or most authors, each post once; equal counts alphabetically.',
    args: {
      by: t.arg({
        type: HashtagOrder,
        required: true,
        defaultValue: 'POSTS',
        description: 'By posts, or by authors: one who uses it a thousand times then counts once.',
      }),
      range: t.arg({ type: TimeRange, description: onlyIn }),
      ...topListArgs(20),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: (_root, { range, by, ...page }, { db, reads }) => {
      reads.all();
      return listTopHashtags(db, { range: parseRange(range), by, page: parseTopList(page) });
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
      engagedOnly: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Leave out authors whose posts had no engagement, and those of whose posts none is known.',
      }),
      ...topListArgs(10),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: async (_root, { range, platform, engagedOnly, ...page }, { db, reads }) => {
      reads.all();
      const rows = await listTopAuthors(db, {
        range: parseRange(range),
        platform: platform ?? null,
        engagedOnly,
        page: parseTopList(page),
      });
      return rows.map(({ value, ...row }) => ({ ...row, authorId: value }));
    },
  }),
);
