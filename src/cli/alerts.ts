import { createAlert, defaultCooldownMs } from '../alerts/create.ts';
import { deleteAlert } from '../alerts/delete.ts';
import { type AlertRow, findAlerts, listAlerts } from '../alerts/query.ts';
import { testAlert } from '../alerts/replay.ts';
import { encodeGlobalId, decodeGlobalId, rowIdOf } from '../shared/global-id.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { maxFirst } from '../shared/page.ts';
import { type ConditionOptions, conditionOf } from './alert-condition.ts';
import { durationOption } from './duration-option.ts';
import { getNamedStream } from './find-stream.ts';
import { clip, count, type Environment, type Output, print, table } from './output.ts';
import { withStore } from './with-store.ts';

type CreateOptions = Output &
  ConditionOptions & {
    readonly stream?: readonly string[];
    readonly cooldown?: string;
    readonly webhook?: string;
  };

/** Creates an alert, and shows the secret of its webhook once. */
export async function createAlertCommand(
  environment: Environment,
  name: string,
  options: CreateOptions,
): Promise<void> {
  const condition = conditionOf(options);
  const cooldownMs = durationOption(options.cooldown, defaultCooldownMs);
  await withStore(environment, async (store, config) => {
    const found = await Promise.all((options.stream ?? []).map((one) => getNamedStream(store, one)));
    const streams = found.length === 0 ? null : found.map(({ streamId }) => streamId);
    const { db } = store;
    const { alertId, secret } = await createAlert(
      { db, rules: config.alerts, now: new Date() },
      { name, streams, condition, cooldownMs, webhookUrl: options.webhook ?? null },
    );
    const [alert] = await findAlerts(db, [alertId]);
    const shown = { ...toShown(must(alert, 'it was made just now')), secret };
    const lines = [
      ...(secret === null ? [] : [secret]),
      `The alert ${alertId} is active from now on; a running server or worker evaluates it.`,
      ...(secret === null
        ? []
        : ['Its messages are signed with the secret above, which is shown this once.']),
    ];
    // Not `print`: that removes secrets from its output.
    process.stdout.write(`${options.json ? JSON.stringify(shown) : lines.join('\n')}\n`);
  });
}

/** Shows the newest 200 alerts. */
export async function listAlertsCommand(environment: Environment, options: Output): Promise<void> {
  await withStore(environment, async ({ db }) => {
    const page = { limit: maxFirst, after: null, before: null, backwards: false };
    const alerts = (await listAlerts(db, page)).slice(0, maxFirst);
    const header = ['id', 'name', 'kind', 'state', 'events', 'last fired', 'webhook'];
    const rows = alerts.map((alert) => [
      String(alert.alertId),
      clip(alert.name, 40),
      alert.kind,
      alert.error === null ? alert.state : `${alert.state}, failing`,
      count(alert.fired),
      alert.firedAt === null ? '-' : alert.firedAt.toISOString().slice(0, 16).replace('T', ' '),
      webhookOf(alert),
    ]);
    const lines = alerts.length === 0 ? ['No alerts'] : table([header, ...rows], [0, 4]);
    print(options, { alerts: alerts.map(toShown) }, lines);
  });
}

/** Deletes an alert with its events. */
export async function deleteAlertCommand(
  environment: Environment,
  id: string,
  options: Output,
): Promise<void> {
  const alertId = parseAlertId(id);
  await withStore(environment, async ({ db }) => {
    await deleteAlert(db.sql, alertId);
    print(options, { id: globalIdOf(alertId) }, [`Deleted the alert ${alertId}`]);
  });
}

/** Fires a test event, which a running server or worker delivers. */
export async function testAlertCommand(environment: Environment, id: string, options: Output): Promise<void> {
  const alertId = parseAlertId(id);
  await withStore(environment, async ({ db }) => {
    const eventId = await testAlert({ sql: db.sql, now: new Date() }, alertId);
    print(options, { event: encodeGlobalId('AlertEvent', eventId) }, [
      `Fired a test of the alert ${alertId}; a running server or worker delivers it`,
    ]);
  });
}

/** The number of `alerts list`, or the API's id; BAD_INPUT for anything else. */
function parseAlertId(text: string): number {
  const alertId = rowIdOf(/^\d+$/.test(text) ? text : decodeGlobalId(text).id);
  if (alertId === null) throw new BadInputError(`Not the id of an alert: ${text.slice(0, 60)}`);
  return alertId;
}

const globalIdOf = (alertId: number): string => encodeGlobalId('Alert', String(alertId));

/** The alert without the path and query of its webhook: they may be secrets. */
function toShown({ alertId, webhook, ...alert }: AlertRow): object {
  const shown = webhook === null ? null : { ...webhook, url: undefined, origin: new URL(webhook.url).origin };
  return { id: globalIdOf(alertId), number: alertId, ...alert, webhook: shown };
}

function webhookOf({ webhook }: AlertRow): string {
  if (webhook === null) return '-';
  const { origin } = new URL(webhook.url);
  return webhook.disabledAt === null ? origin : `${origin}, disabled`;
}
