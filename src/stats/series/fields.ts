import { builder } from '../../graphql/builder.ts';
import { Interval, Metric, PostKind } from '../../graphql/inputs.ts';
import { selects } from '../../graphql/selects.ts';
import { BadInputError } from '../../shared/errors.ts';
import type { PostKind as Kind } from '../../shared/post.ts';
import { Stats } from '../kernel/fields.ts';
import { Series } from '../kernel/series.ts';
import { loadObserved } from './observed.ts';
import { loadPosted } from './posted.ts';

const Basis = builder.enumType('Basis', {
  description: 'The time at which a figure counts.',
  values: {
    POSTED: { description: 'When the post was posted.' },
    OBSERVED: {
      description:
        'When larkstat first read the figure, or its change, to the quarter-hour. A quarter-hour counts when its start is in the range. ' +
        'Not for MINUTE and SECOND, and not for ENGAGEMENT_RATE, SENTIMENT, BITS, EMOTES and AUTHORS.',
    },
  } as const,
});

/** Returns the kinds sorted and joined by commas; '' means all. Refuses an empty list, which no post can match. */
function parseKinds(kinds: readonly Kind[] | null | undefined): string {
  if (kinds == null) return '';
  if (kinds.length === 0)
    throw new BadInputError(
      'Invalid kinds: the list is empty. Give at least one kind, or leave kinds out for all',
    );
  // A chat's messages count as originals, as in `Totals`.
  const stored = kinds.flatMap((kind) =>
    kind === 'ORIGINAL' || kind === 'MESSAGE' ? ['MESSAGE', 'ORIGINAL'] : [kind],
  );
  return [...new Set(stored)].sort().join(',');
}

builder.objectField(Stats, 'series', (t) =>
  t.field({
    type: Series,
    description:
      'One value per bucket, from the bucket of the first post to that of the last one, or over the whole range when it is given. ' +
      'Empty buckets are included; more than 20,000 buckets are QUERY_TOO_COMPLEX. ' +
      'With POSTED, posts without a known time of day are in no HOUR, MINUTE or SECOND.',
    args: {
      metric: t.arg({ type: Metric, required: true, defaultValue: 'POSTS', description: 'What is counted.' }),
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
      basis: t.arg({
        type: Basis,
        required: true,
        defaultValue: 'POSTED',
        description:
          'Whether a figure counts when its post was posted, or when larkstat first read the figure.',
      }),
      kinds: t.arg({
        type: [PostKind],
        description:
          'Only posts of these kinds; the buckets stay the same. Default: all kinds. Not for OBSERVED.',
      }),
    },
    complexity: 10,
    resolve: (scope, { metric, interval, basis, kinds }, { db }, info) => {
      const only = parseKinds(kinds);
      if (basis === 'POSTED') {
        const parts = selects(info, ['estimated']) ? 'with estimated' : 'values alone';
        return loadPosted(db, scope, metric, interval, only, parts);
      }
      if (only !== '')
        throw new BadInputError('OBSERVED does not distinguish kinds of posts: leave kinds out');
      return loadObserved(db, scope, metric, interval);
    },
  }),
);
