import { builder } from '../../graphql/builder.ts';
import { Metric } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { rowsOf } from './compute.ts';
import { loadCycle } from './cycle.ts';

const nulls =
  'A sum over no posts is 0. A mean over no posts is null, and so is a sum when the figure is known of none of its posts.';

builder.objectField(Stats, 'byHour', (t) =>
  t.field({
    type: ['Float'],
    nullable: { list: false, items: true },
    description: `24 values, hour 0 to 23. Posts without a known time of day do not count: see \`hourUnknown\`. ${nulls}`,
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
    description: `7 rows, Monday to Sunday, of 24 values. Posts without a known time of day do not count. ${nulls}`,
    args: {
      metric: t.arg({ type: Metric, required: true, defaultValue: 'POSTS', description: 'What is counted.' }),
    },
    complexity: 10,
    resolve: async (scope, { metric }, { db }) =>
      rowsOf(await loadCycle(db, scope, metric, 'hoursOfWeek'), 24),
  }),
);
