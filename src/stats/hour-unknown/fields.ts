import { builder } from '../../graphql/builder.ts';
import { countHourUnknown } from '../kernel/activity.ts';
import { Stats } from '../kernel/fields.ts';

builder.objectField(Stats, 'hourUnknown', (t) =>
  t.field({
    type: 'SafeInt',
    description:
      'Posts for which the source gives only the day: they count on that day in every zone, and in no hour. A day ' +
      'is in the range when its start in the time zone is.',
    complexity: 10,
    resolve: (scope, _args, { db }) => countHourUnknown(db, scope),
  }),
);
