import { Post } from '../../entities/post/fields.ts';
import { postLoader } from '../../entities/post/loader.ts';
import type { PostRow } from '../../entities/post/row.ts';
import { Stream } from '../../entities/stream/fields.ts';
import { streamLoader } from '../../entities/stream/loader.ts';
import type { StreamRow } from '../../entities/stream/query.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { needs } from '../../graphql/guard.ts';
import { deliveryMethods, alertKinds, alertStates, deliveryStates } from '../../shared/alert.ts';
import { must } from '../../shared/errors.ts';
import { parseFirst } from '../../shared/page.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { DeliveryRow } from '../deliveries.ts';
import type { EventRow } from '../events.ts';
import type { AlertRow } from '../query.ts';
import { AlertCondition } from './conditions.ts';
import {
  alertLoader,
  deliveryLoader,
  eventDeliveriesLoader,
  eventLoader,
  eventPostsLoader,
  findAlert,
} from './loader.ts';

const AlertKind = builder.enumType('AlertKind', {
  description: 'What an alert looks for.',
  values: alertKinds,
});
const AlertState = builder.enumType('AlertState', {
  description: 'Whether an alert is watching.',
  values: alertStates,
});
const DeliveryMethod = builder.enumType('DeliveryMethod', {
  description: 'The way in which the events of an alert are sent.',
  values: deliveryMethods,
});
const DeliveryState = builder.enumType('DeliveryState', {
  description: 'The state of a delivery.',
  values: deliveryStates,
});

const Webhook = builder.objectRef<NonNullable<AlertRow['webhook']>>('Webhook').implement({
  description: 'Where the events of an alert are sent.',
  fields: (t) => ({
    origin: t.string({
      description: 'Scheme, host and port of the URL.',
      resolve: ({ url }) => new URL(url).origin,
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      extensions: needs('write'),
      description:
        'The whole URL, which may hold a secret of the receiver: FORBIDDEN for keys of scope read.',
      resolve: ({ url }) => url,
    }),
    failingSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when no delivery succeeded; null when the last one did.',
      resolve: ({ failingSince }) => (failingSince === null ? null : new Date(failingSince)),
    }),
    disabledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Since when nothing is sent any more, as it failed for 5 days or the receiver answered 410; null while it is in use.',
      resolve: ({ disabledAt }) => (disabledAt === null ? null : new Date(disabledAt)),
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it was disabled; null when it was not.',
    }),
  }),
});

export const Alert = builder.node(builder.objectRef<AlertRow>('Alert'), {
  description: 'A condition that larkstat watches for. When it is met, the alert fires an event.',
  id: { resolve: (alert) => alert.alertId, description: 'Global id of this alert, as `node` takes it.' },
  loadOne: (id, context) => findAlert(context, id),
  fields: (t) => ({
    name: t.exposeString('name', { description: "The alert's name, for display." }),
    kind: t.field({ type: AlertKind, description: 'What it looks for.', resolve: ({ kind }) => kind }),
    condition: t.field({
      type: AlertCondition,
      description: 'What fires it.',
      resolve: ({ condition }) => condition,
    }),
    streams: t.field({
      type: [Stream],
      nullable: true,
      description: 'The streams that it watches; null: all of them.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async ({ streams }, _args, context) => {
        if (streams === null) return null;
        const found = await loaderOf(context, streamLoader).loadMany(streams);
        return found.filter((stream): stream is StreamRow => stream !== null && !(stream instanceof Error));
      },
    }),
    state: t.field({
      type: AlertState,
      description: 'Whether it is watching.',
      resolve: ({ state }) => state,
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why larkstat paused it: the streams that it watched were deleted. Null otherwise.',
    }),
    cooldown: t.field({
      type: 'Duration',
      description: 'How long the alert stays silent after it fires.',
      resolve: ({ cooldownMs }) => cooldownMs,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (one) => one.createdAt,
    }),
    evaluatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last evaluated; null before.',
      resolve: ({ evaluatedAt }) => evaluatedAt,
    }),
    firedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last fired, tests not counted; null before.',
      resolve: ({ firedAt }) => firedAt,
    }),
    error: t.exposeString('error', {
      nullable: true,
      description:
        'What went wrong at the last evaluation, which is tried again each minute; null when it went well.',
    }),
    errorAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the error occurred; null without an error.',
      resolve: ({ errorAt }) => errorAt,
    }),
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'Where its events are sent; null: nowhere.',
      resolve: ({ webhook }) => webhook,
    }),
  }),
});

export const AlertEvent = builder.node(builder.objectRef<EventRow>('AlertEvent'), {
  description: 'A firing of an alert.',
  id: { resolve: (event) => event.eventId, description: 'Global id of this event, as `node` takes it.' },
  loadOne: (id, context) => (isUuid(id) ? loaderOf(context, eventLoader).load(id) : null),
  fields: (t) => ({
    alert: t.field({
      type: Alert,
      description: 'The alert that fired.',
      resolve: async ({ alertId }, _args, context) =>
        must(await loaderOf(context, alertLoader).load(alertId), 'events go with their alert'),
    }),
    number: t.field({
      type: 'SafeInt',
      description: '1 for the first event of the alert, and so on.',
      resolve: ({ number }) => number,
    }),
    at: t.field({ type: 'DateTime', description: 'When it fired.', resolve: ({ at }) => at }),
    isTest: t.exposeBoolean('isTest', { description: 'Whether somebody asked for it with testAlert.' }),
    summary: t.exposeString('summary', { description: 'What happened, for people.' }),
    measured: t.exposeFloat('measured', {
      description:
        'What was measured: posts that match, standard scores, posts that use the word, times the normal likes, followers or per cent lost.',
    }),
    threshold: t.exposeFloat('threshold', { description: 'What was needed to fire, in the same unit.' }),
    stream: t.field({
      type: Stream,
      nullable: true,
      description: 'The stream that the event is about; null when it is about none or several.',
      resolve: ({ streamId }, _args, context) =>
        streamId === null ? null : loaderOf(context, streamLoader).load(streamId),
    }),
    postCount: t.exposeInt('posts', {
      description:
        'How many posts the event is about, 100 at most; 0 for kinds of alerts that report no posts.',
    }),
    posts: t.field({
      type: [Post],
      description:
        'The posts of the event; for an alert on likes those with the most likes first. Deleted posts are left out.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 10, description: 'How many, 1 to 200.' }),
      },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.min(Math.max(first, 0), 200) }),
      resolve: async ({ eventId }, { first }, context) => {
        const keys = await eventPostsLoader(context, parseFirst(first)).load(eventId);
        const found = await loaderOf(context, postLoader).loadMany(keys);
        return found.filter((post): post is PostRow => post !== null && !(post instanceof Error));
      },
    }),
    deliveries: t.field({
      type: [AlertDelivery],
      description: 'The deliveries of this event to the webhook; empty when the alert had no webhook in use.',
      resolve: ({ eventId }, _args, context) => loaderOf(context, eventDeliveriesLoader).load(eventId),
    }),
  }),
});

const DeliveryAttempt = builder.objectRef<DeliveryRow['log'][number]>('DeliveryAttempt').implement({
  description: 'An attempt to deliver an event.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it ended.', resolve: ({ at }) => new Date(at) }),
    milliseconds: t.exposeInt('ms', { description: 'How long it took.' }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The HTTP status that the receiver answered; null without an answer.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed; null when it did not.' }),
  }),
});

export const AlertDelivery = builder.node(builder.objectRef<DeliveryRow>('AlertDelivery'), {
  description: 'An event on its way to a receiver.',
  id: { resolve: (one) => one.deliveryId, description: 'Global id of this delivery, as `node` takes it.' },
  loadOne: (id, context) => (isUuid(id) ? loaderOf(context, deliveryLoader).load(id) : null),
  fields: (t) => ({
    method: t.field({
      type: DeliveryMethod,
      description: 'How it is sent.',
      resolve: ({ method }) => method,
    }),
    state: t.field({ type: DeliveryState, description: 'Its current state.', resolve: ({ state }) => state }),
    attempts: t.exposeInt('attempts', { description: 'How many attempts were begun.' }),
    nextAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the next attempt is due; during an attempt, when it counts as failed. Null when no attempt follows.',
      resolve: ({ nextAt }) => nextAt,
    }),
    attemptedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last attempt ended; null before.',
      resolve: ({ attemptedAt }) => attemptedAt,
    }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The HTTP status of the last answer; null when the last attempt had none.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the last attempt failed; null when it did not.',
    }),
    log: t.field({
      type: [DeliveryAttempt],
      description: 'The last 20 attempts, oldest first.',
      resolve: ({ log }) => log,
    }),
  }),
});
