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
  description: 'When a like counts: when its post was posted, or when the like was first seen.',
  values: {
    POSTED: { description: 'When the post was posted.' },
    OBSERVED: {
      description:
        'When the figure was first seen to be so high, to the quarter-hour: a quarter-hour counts when its start is in the range. ' +
        'Not for MINUTE, ENGAGEMENT_RATE, SENTIMENT, BITS, EMOTES and AUTHORS.',
    },
  } as const,
});

/** The kinds sorted and joined by commas; '' means all. An empty list is refused: it would be a series of nothing. */
function parseKinds(kinds: readonly Kind[] | null | undefined): string {
  if (kinds == null) return '';
  if (kinds.length === 0)
    throw new BadInputError('kinds is empty: give one at least, or leave it out for all');
  // A chat's messages count as originals, as in `Totals`.
  const meant = kinds.flatMap((kind) =>
    kind === 'ORIGINAL' || kind === 'MESSAGE' ? ['MESSAGE', 'ORIGINAL'] : [kind],
  );
  return [...new Set(meant)].sort().join(',');
}

builder.objectField(Stats, 'series', (t) =>
  t.field({
    type: Series,
    description:
      "Buckets from the first post's to the last one's (or over the whole range, when given), empty ones included; over 20,000 of them is QUERY_TOO_COMPLEX. " +
      'Posts of which only the day is known are in no HOUR and no MINUTE, unless by when they were observed.',
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
        description: 'Whether figures count when their post was posted, or when they were first seen.',
      }),
      kinds: t.arg({
        type: [PostKind],
        description:
          'Only posts of these kinds, over the same buckets; not for OBSERVED. All when not given.',
      }),
    },
    complexity: 10,
    resolve: (scope, { metric, interval, basis, kinds }, { db }, info) => {
      const only = parseKinds(kinds);
      if (basis === 'POSTED') {
        const parts = selects(info, ['estimated']) ? 'with estimated' : 'values alone';
        return loadPosted(db, scope, metric, interval, only, parts);
      }
      if (only !== '') throw new BadInputError('What was observed is not kept by kind: ask without kinds');
      return loadObserved(db, scope, metric, interval);
    },
  }),
);
