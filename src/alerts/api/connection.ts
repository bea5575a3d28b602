import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { parsePage } from '../../shared/page.ts';
import { eventCursor } from '../events.ts';
import { alertCursor, countAlerts, listAlerts } from '../query.ts';
import { Alert, AlertEvent } from './fields.ts';
import { alertEventsLoader, eventCountLoader, findAlert } from './loader.ts';

const AlertConnection = countedConnection(Alert, 'Alert', 'Alerts');

const AlertEventConnection = countedConnection(AlertEvent, 'AlertEvent', 'Events');

builder.objectField(Alert, 'events', (t) =>
  t.connection(
    {
      type: AlertEvent,
      description: 'Its firings, newest first: those of the last 90 days, the newest 1,000 at most.',
      complexity: listCost(1),
      resolve: async ({ alertId }, args, context) => {
        context.reads.never();
        const page = parsePage(args);
        const rows = await alertEventsLoader(context, page).load(alertId);
        return toConnection(page, rows, eventCursor, () => loaderOf(context, eventCountLoader).load(alertId));
      },
    },
    AlertEventConnection,
  ),
);

builder.queryField('alerts', (t) =>
  t.connection(
    {
      type: Alert,
      description: 'All alerts, newest first.',
      complexity: listCost(1),
      resolve: async (_root, args, { db }) => {
        const page = parsePage(args);
        return toConnection(page, await listAlerts(db, page), alertCursor, () => countAlerts(db));
      },
    },
    AlertConnection,
  ),
);

builder.queryField('alert', (t) =>
  t.field({
    type: Alert,
    nullable: true,
    description: 'An alert by its id; null when there is none.',
    args: { id: t.arg.globalID({ required: true, for: Alert, description: 'The alert.' }) },
    resolve: (_root, { id }, context) => findAlert(context, id.id),
  }),
);
