import { builder } from '../../graphql/builder.ts';
import { Metric } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { rowsOf } from './compute.ts';
import { loadCycle } from './cycle.ts';

const nulls = 'A sum over no posts is 0; a mean over none is null, as is a figure that is known of none.';

builder.objectField(Stats, 'byHour', (t) =>
  t.field({
    type: ['Float'],
    nullable: { list: false, items: true },
    description: `24 values, hour 0 to 23. Posts of which only the day is known are in none: see \`hourUnknown\`. ${nulls}`,
    args: {
      metric: t.arg({ type: Metric, required: true, defaultValue: 'POSTS', description: 'What is counted.' }),
    },
    complexity: 10,
    resolve: (scope, { metric }, { db }) => loadCycle(db, scope, metric, 'hours'),
  }),
);

builder.objectField(Stats, 'byWeekday', (t) =>
  t.field({
    type: ['Float'],
    nullable: { list: false, items: true },
    description: `7 values, Monday to Sunday. ${nulls}`,
    args: {
      metric: t.arg({ type: Metric, required: true, defaultValue: 'POSTS', description: 'What is counted.' }),
    },
    complexity: 10,
    resolve: (scope, { metric }, { db }) => loadCycle(db, scope, metric, 'weekdays'),
  }),
);

builder.objectField(Stats, 'byHourOfWeek', (t) =>
  t.field({
    type: t.listRef(t.listRef('Float', { nullable: true })),
    description: `7 rows, Monday to Sunday, of 24 values. Posts of which only the day is known are in none. ${nulls}`,
    args: {
      metric: t.arg({ type: Metric, required: true, defaultValue: 'POSTS', description: 'What is counted.' }),
    },
    complexity: 10,
    resolve: async (scope, { metric }, { db }) =>
      rowsOf(await loadCycle(db, scope, metric, 'hoursOfWeek'), 24),
  }),
);
