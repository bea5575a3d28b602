import type { Logger } from 'pino';
import type { Bill } from '../access/bill.ts';
import type { Caller } from '../access/caller.ts';
import type { Database } from '../db/client.ts';
import type { Cancellation } from '../platform/cancellation.ts';
import { attached } from '../shared/attached.ts';
import type { Meter } from '../shared/meter.ts';
import type { Tracer } from '../shared/tracer.ts';
import type { Reads } from './reads.ts';
import type { RequestOrigin } from './request-origin.ts';

/** The context of a request's resolvers. Each request has a new object, which its loaders are keyed by. */
export type Context = {
  readonly db: Database;
  /** The request's time: the same instant for all its resolvers. */
  readonly now: Date;
  readonly services: Services;
  /** Who sent the request. */
  readonly caller: Caller;
  /** The bill of the request; null for a caller without a limit. */
  readonly bill: Bill | null;
  readonly log: Logger;
  /** The ids of the request in the log. */
  readonly origin: RequestOrigin;
  /** Counts operations for the metrics. */
  readonly meter: Meter;
  /** Makes spans for tracing. */
  readonly tracer: Tracer;
  /** Records what the answer depends on. */
  readonly reads: Reads;
  /** Files that came with this request, by the token that replaces each file's variable. */
  readonly uploads: ReadonlyMap<string, UploadedFile>;
  /** Cancels the operation when its client has left or its time is up. */
  readonly cancellation?: Cancellation | undefined;
};

/**
 * Returns the context of one operation, which `cancellation` may end early. Each property is named, because V8 makes
 * a new shape for each copy by `...` and reads of it are slow: a small query took 1.4 times as long.
 */
export const contextUntil = (context: Context, cancellation: Cancellation, db: Database): Context => ({
  db,
  now: context.now,
  services: context.services,
  caller: context.caller,
  bill: context.bill,
  log: context.log,
  origin: context.origin,
  meter: context.meter,
  tracer: context.tracer,
  reads: context.reads,
  uploads: context.uploads,
  cancellation,
});

/** A file of a multipart request, already kept; `path` is its location in the store of uploads, `name` is for messages only. */
export type UploadedFile = { readonly path: string; readonly name: string; readonly bytes: number };

/** The services that resolvers use. Each provider of a service declares it. */
// biome-ignore lint/suspicious/noEmptyInterface: each provider adds its own by declaration merging
export interface Services {}

/**
 * Returns the request's loader of this kind, or its set of such loaders. It is made on first use and lives as long as
 * the request.
 */
export const loaderOf = <Loader extends object>(
  context: Context,
  make: (context: Context) => Loader,
): Loader => attached(context, make);
