import { parseStreamId } from '../../entities/stream/global-id.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { needs } from '../../graphql/guard.ts';
import { encodeGlobalId, rowIdOf } from '../../shared/global-id.ts';
import { must, NotFoundError } from '../../shared/errors.ts';
import { isUuid } from '../../shared/uuid.ts';
import { type AlertRules, createAlert } from '../create.ts';
import { deleteAlert } from '../delete.ts';
import { type DeliveryRow, findDeliveries } from '../deliveries.ts';
import { findEvents } from '../events.ts';
import { type AlertRow, findAlerts } from '../query.ts';
import { replayDelivery, testAlert } from '../replay.ts';
import { type AlertChanges, updateAlert } from '../update.ts';
import { Alert, AlertDelivery, AlertEvent } from './fields.ts';
import { CreateAlertInput, UpdateAlertInput } from './inputs.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** The operator's rules for alerts. */
    readonly alerts: AlertRules;
  }
}

type Saved = { readonly alert: AlertRow; readonly alertId: number; readonly secret: string | null };

const SavedAlert = builder.objectRef<Saved>('SavedAlert').implement({
  description: 'An alert as it is after it was made or changed.',
  fields: (t) => ({
    alert: t.field({ type: Alert, description: 'The alert.', resolve: ({ alert }) => alert }),
    secret: t.exposeString('secret', {
      nullable: true,
      description:
        'What its messages are signed with (`whsec_…`), when a webhook was added: shown this once. Null otherwise.',
    }),
  }),
});

builder.mutationField('createAlert', (t) =>
  t.field({
    type: SavedAlert,
    extensions: needs('write'),
    description:
      'Creates an alert, which watches from now on. BAD_INPUT when an argument is invalid or ALERTS_MAX alerts ' +
      'exist already; NOT_FOUND when a stream does not exist.',
    args: { input: t.arg({ type: CreateAlertInput, required: true, description: 'The alert.' }) },
    resolve: async (_root, { input }, context) => {
      const { alertId, secret } = await createAlert(optionsOf(context), {
        name: input.name,
        streams: input.streams?.map(parseStreamId) ?? null,
        condition: input.condition,
        cooldownMs: input.cooldown,
        webhookUrl: input.webhook ?? null,
      });
      return savedOf(context, alertId, secret);
    },
  }),
);

builder.mutationField('updateAlert', (t) =>
  t.field({
    type: SavedAlert,
    extensions: needs('write'),
    description:
      'Changes an alert, pauses it or resumes it. With other streams or another condition, and when it is resumed, ' +
      'it starts afresh: earlier posts do not fire it. BAD_INPUT when an argument is invalid, NOT_FOUND when there ' +
      'is no such alert.',
    args: {
      id: t.arg.globalID({ required: true, for: Alert, description: 'The alert.' }),
      input: t.arg({ type: UpdateAlertInput, required: true, description: 'What is to change.' }),
    },
    resolve: async (_root, { id, input }, context) => {
      const alertId = alertIdOf(id);
      const { name, streams, condition, cooldown, paused, webhook } = input;
      const changes: AlertChanges = {
        ...(name != null && { name }),
        ...(streams !== undefined && { streams: streams?.map(parseStreamId) ?? null }),
        ...(condition != null && { condition }),
        ...(cooldown != null && { cooldownMs: cooldown }),
        ...(paused != null && { paused }),
        ...(webhook !== undefined && { webhookUrl: webhook }),
      };
      const { secret } = await updateAlert(optionsOf(context), alertId, changes);
      return savedOf(context, alertId, secret);
    },
  }),
);

builder.mutationField('deleteAlert', (t) =>
  t.field({
    type: 'ID',
    extensions: needs('write'),
    description:
      'Deletes an alert with its events; deliveries that wait are dropped. NOT_FOUND when there is no such alert.',
    args: { id: t.arg.globalID({ required: true, for: Alert, description: 'The alert.' }) },
    resolve: async (_root, { id }, { db }) => {
      await deleteAlert(db.sql, alertIdOf(id));
      return encodeGlobalId('Alert', id.id);
    },
  }),
);

builder.mutationField('testAlert', (t) =>
  t.field({
    type: AlertEvent,
    extensions: needs('write'),
    description:
      'Fires a test event, whatever the condition and the cool-down, to try the webhook; `deliveries` shows the ' +
      'result a moment later. BAD_INPUT when the alert has no webhook in use, NOT_FOUND when there is no such ' +
      'alert.',
    args: { id: t.arg.globalID({ required: true, for: Alert, description: 'The alert.' }) },
    resolve: async (_root, { id }, { db, now }) => {
      const eventId = await testAlert({ sql: db.sql, now }, alertIdOf(id));
      const [event] = await findEvents(db, [eventId]);
      return must(event, 'it was made a moment ago');
    },
  }),
);

builder.mutationField('replayDelivery', (t) =>
  t.field({
    type: AlertDelivery,
    extensions: needs('write'),
    description:
      'Delivers an event again, under the same id, whether it was delivered or given up. BAD_INPUT when the delivery is not ' +
      'over, or the webhook is not in use; NOT_FOUND when there is none.',
    args: { id: t.arg.globalID({ required: true, for: AlertDelivery, description: 'The delivery.' }) },
    resolve: async (_root, { id: { id } }, { db, now }): Promise<DeliveryRow> => {
      if (!isUuid(id)) throw new NotFoundError('No such delivery');
      await replayDelivery({ sql: db.sql, now }, id);
      const [delivery] = await findDeliveries(db, [id]);
      return must(delivery, 'it was there a moment ago');
    },
  }),
);

const optionsOf = ({ db, now, services }: Context) => ({ db, now, rules: services.alerts });

function alertIdOf({ id }: { readonly id: string }): number {
  const alertId = rowIdOf(id);
  if (alertId === null) throw new NotFoundError('No such alert');
  return alertId;
}

async function savedOf({ db }: Context, alertId: number, secret: string | null): Promise<Saved> {
  const [alert] = await findAlerts(db, [alertId]);
  return { alert: must(alert, 'it was there a moment ago'), alertId, secret };
}
