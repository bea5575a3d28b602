import { builder } from '../../graphql/builder.ts';
import { ofAlert } from '../../graphql/changes.ts';
import { follow, type Reading } from '../../graphql/live.ts';
import { shareReads } from '../../graphql/share-reads.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import { type EventRow, listEventsAfter } from '../events.ts';
import { findAlerts } from '../query.ts';
import { Alert, AlertEvent } from './fields.ts';

const everyMs = 100;
/** Most events that are sent after one check. */
const eventsMax = 50;

const readAlert = shareReads(async (db, alertId: number) => (await findAlerts(db, [alertId]))[0] ?? null);
const readEvents = shareReads((db, key: string) => {
  const [alertId, seen] = key.split(' ').map(Number) as [number, number]; // safe: it is made below
  return listEventsAfter(db, alertId, seen, eventsMax);
});

builder.subscriptionField('alertFired', (t) =>
  t.field({
    type: AlertEvent,
    description:
      'The events of an alert as it fires, tests included, each once, in their order. When more than 50 wait to be ' +
      'sent, the newest 50 are. Completes when the alert is deleted. NOT_FOUND when there is no such alert.',
    args: { id: t.arg.globalID({ required: true, for: Alert, description: 'The alert.' }) },
    subscribe: async (_root, { id: { id } }, { db, services: { changes } }) => {
      const alertId = rowIdOf(id) ?? 0;
      const alert = await readAlert(db, alertId);
      if (alert === null) throw new NotFoundError('No such alert');
      let seen = alert.fired;
      return follow<EventRow>({
        subscribe: () => changes.subscribe(ofAlert(alertId)),
        read: async (): Promise<Reading<EventRow>> => {
          const found = await readAlert(db, alertId);
          if (found === null) return { events: [], over: true };
          const events = found.fired > seen ? await readEvents(db, `${alertId} ${seen}`) : [];
          seen = events.at(-1)?.number ?? seen;
          return { events, over: false };
        },
        everyMs,
        // Includes events that fired while the subscription was being set up.
        atOnce: true,
      });
    },
    resolve: (event) => event,
  }),
);
