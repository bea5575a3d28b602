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
  'Only posts in this range. A post of which only the day is known is in it when 00:00 UTC of its day is.';

type HashtagCountData = Awaited<ReturnType<typeof listTopHashtags>>[number];

const HashtagCount = builder.objectRef<HashtagCountData>('HashtagCount').implement({
  description: 'A hashtag, and its use.',
  fields: (t) => ({
    hashtag: t.field({ type: Hashtag, description: 'The hashtag.', resolve: (row) => ({ tag: row.value }) }),
    posts: t.field({ type: 'SafeInt', description: 'Posts that use it.', resolve: (row) => row.posts }),
    authors: t.field({
      type: 'SafeInt',
      description: 'Distinct authors who use it.',
      resolve: (row) => row.authors,
    }),
    engagement: t.field({
      type: 'SafeInt',
      description: 'Engagement of those of these posts whose engagement is known; 0 without any.',
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
      'The hashtags with most posts of all streams, or with most authors. Each post counts once; ties are alphabetical.',
    args: {
      by: t.arg({
        type: HashtagOrder,
        required: true,
        defaultValue: 'POSTS',
        description: 'By posts, or by authors: an author then counts once, however often they use it.',
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
    description: 'The authors with most posts of all streams. Each post counts once; ties are by id.',
    args: {
      range: t.arg({ type: TimeRange, description: onlyIn }),
      platform: t.arg({ type: Platform, description: 'Only authors of this platform.' }),
      engagedOnly: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to leave out authors whose posts have no engagement, or none that is known.',
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
