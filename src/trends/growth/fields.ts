import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { dayMs, minuteMs } from '../../shared/instant.ts';
import { parseFirst } from '../../shared/page.ts';
import { parseWindow } from '../../shared/window.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { growthOf } from './compute.ts';
import { type Grown, listFastest } from './query.ts';

const HashtagGrowth = builder.objectRef<Grown>('HashtagGrowth').implement({
  description: 'A hashtag, and the growth of its use.',
  fields: (t) => ({
    hashtag: t.field({ type: Hashtag, description: 'The hashtag.', resolve: ({ tag }) => ({ tag }) }),
    current: t.field({
      type: 'SafeInt',
      description: 'Posts that use it in the window.',
      resolve: ({ current }) => current,
    }),
    previous: t.field({
      type: 'SafeInt',
      description: 'Posts that used it in the window before.',
      resolve: ({ previous }) => previous,
    }),
    growth: t.float({
      description: '(current - previous) / max(previous, 1): 1 when it is used twice as much.',
      resolve: ({ current, previous }) => growthOf(current, previous),
    }),
  }),
});

/** How long an answer about a window that ends now may be cached. */
const keptMs = minuteMs;

builder.queryField('fastestGrowingHashtags', (t) =>
  t.field({
    type: [HashtagGrowth],
    description:
      'The hashtags of all streams that are used more in a window than in the window before. Most growth first, then most used, then alphabetical. ' +
      'Each post counts once. An answer about a window that ends now may be a minute old.',
    args: {
      window: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: dayMs,
        description: 'Length of both windows, PT1M to P90D.',
      }),
      first: t.arg.int({ required: true, defaultValue: 15, description: 'How many, 1 to 200.' }),
      endingAt: t.arg({
        type: 'DateTime',
        description: 'The first instant after the window; default: now.',
      }),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: (_root, { window, first, endingAt }, { db, now, reads }) => {
      const length = parseWindow(window);
      reads.all();
      if (endingAt == null) reads.keep(keptMs);
      const to = (endingAt ?? now).getTime();
      return listFastest(db, { from: to - 2 * length, middle: to - length, to, first: parseFirst(first) });
    },
  }),
);
