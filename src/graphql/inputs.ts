import { intervals } from '../shared/bucket.ts';
import { errorCodes } from '../shared/errors.ts';
import { builtOf } from '../shared/names.ts';
import { platforms, postKinds, providerNames } from '../shared/post.ts';
import { refreshes } from '../shared/refresh.ts';
import { metrics } from '../shared/stat-metric.ts';
import { weekdays } from '../shared/weekday.ts';
import { builder } from './builder.ts';

export const Platform = builder.enumType('Platform', {
  values: builtOf(platforms),
  description: 'The platform of a stream.',
});
export const Provider = builder.enumType('Provider', {
  values: builtOf(providerNames),
  description: 'The source that a post was collected from.',
});
export const PostKind = builder.enumType('PostKind', {
  values: builtOf(postKinds),
  description: 'The kind of a post.',
});
export const ErrorCode = builder.enumType('ErrorCode', {
  values: errorCodes,
  description:
    'What went wrong, for programs. Every GraphQL error has it as extensions.code, with one exception: a hash without a ' +
    'document gives PERSISTED_QUERY_NOT_SUPPORTED, which clients of persisted queries expect.',
});
export const Interval = builder.enumType('Interval', {
  description: 'The step of a series.',
  values: intervals,
});
export const Metric = builder.enumType('Metric', {
  description: 'What is summed or averaged over posts.',
  values: metrics,
});
export const Refresh = builder.enumType('Refresh', {
  description: 'Which stored posts a fetch asks for again, to refresh their figures.',
  values: refreshes,
});
export const Weekday = builder.enumType('Weekday', { description: 'A day of the week.', values: weekdays });

export const TimeRange = builder.inputType('TimeRange', {
  description: 'From inclusive, to exclusive. A missing end is open.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'The first instant of the range.' }),
    to: t.field({ type: 'DateTime', description: 'The first instant after the range.' }),
  }),
});
