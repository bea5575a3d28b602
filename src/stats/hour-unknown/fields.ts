import { builder } from '../../graphql/builder.ts';
import { countHourUnknown } from '../kernel/activity.ts';
import { Stats } from '../kernel/fields.ts';

builder.objectField(Stats, 'hourUnknown', (t) =>
  t.field({
    type: 'SafeInt',
    description:
      'Posts for which the source gives only the day. They count on that day in every time zone, and in no hour. The range includes ' +
      'a day when it includes its start in the time zone.',
    complexity: 10,
    resolve: (scope, _args, { db }) => countHourUnknown(db, scope),
  }),
);
