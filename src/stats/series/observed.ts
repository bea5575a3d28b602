import { type Interval, isFine } from '../../shared/bucket.ts';
import { BadInputError } from '../../shared/errors.ts';
import { fillSeries, type SeriesData } from '../../shared/series.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue } from '../../shared/sums.ts';
import { scopeBuckets } from '../kernel/buckets.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import { findSeenSpan, type SeenFigure, sumSeen } from './query.ts';

/** The metrics that can be summed over observations; others are means or distinct counts. */
const figures: { readonly [M in Metric]?: SeenFigure } = {
  POSTS: 'posts',
  LIKES: 'likes',
  REPOSTS: 'reposts',
  REPLIES: 'replies',
  QUOTES: 'quotes',
  BOOKMARKS: 'bookmarks',
  IMPRESSIONS: 'impressions',
  ENGAGEMENT: 'engagement',
};

/** A metric by the time when it was first seen, to the quarter-hour. */
export const loadObserved = memoizePerScope(
  async (db, scope, metric: Metric, interval: Interval): Promise<SeriesData> => {
    const figure = figures[metric];
    if (figure === undefined) throw new BadInputError(`OBSERVED is not available for ${metric}: use POSTED`);
    if (isFine(interval)) {
      throw new BadInputError(
        'OBSERVED is stored by the quarter-hour: use an interval of HOUR or longer, or POSTED',
      );
    }
    const { from, to } = scope.range;
    const seen = await findSeenSpan(db, scope);
    const span =
      from !== null && to !== null ? { from, to } : seen && { from: from ?? seen.from, to: to ?? seen.to };
    const buckets = span === null ? [] : scopeBuckets(scope, interval, span.from, span.to);
    // Figures count at the time of observation, when there may be no post.
    const rows = await sumSeen(db, { ...scope, span: seen }, interval, figure);
    const values = new Map(rows.map(({ key, posts, value }) => [key, bucketValue(posts, value, metric)]));
    return fillSeries(interval, buckets, values, emptyValue(metric));
  },
);
