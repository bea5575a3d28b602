import type { Logger } from 'pino';
import type { Bill } from '../access/bill.ts';
import type { Caller } from '../access/caller.ts';
import type { Database } from '../db/client.ts';
import type { Ending } from '../platform/ending.ts';
import { attached } from '../shared/attached.ts';
import type { Meter } from '../shared/meter.ts';
import type { Tracer } from '../shared/tracer.ts';
import type { Reads } from './reads.ts';
import type { RequestOrigin } from './request-origin.ts';

/** What a request's resolvers work with. A new object for each request: loaders are kept by it. */
export type Context = {
  readonly db: Database;
  /** The request's one idea of the present. */
  readonly now: Date;
  readonly services: Services;
  /** Who asks. */
  readonly caller: Caller;
  /** What it costs them; null for a caller without a limit. */
  readonly bill: Bill | null;
  readonly log: Logger;
  /** What the request is called in the log. */
  readonly origin: RequestOrigin;
  /** Counts what is done. */
  readonly meter: Meter;
  /** Makes spans of what is done. */
  readonly tracer: Tracer;
  /** Takes down what the answer depends on. */
  readonly reads: Reads;
  /** Files that came with this request, by the token that stands in their variable's place. */
  readonly uploads: ReadonlyMap<string, UploadedFile>;
  /** Ends the operation: when its client has left, and when its time is up. */
  readonly ending?: Ending | undefined;
};

/**
 * The context of one operation, which ends when `ending` says so. Each property is named: V8 makes a new shape for each
 * copy by `...`, and whatever reads it then takes the slow way: a small query took 1.4 times as long.
 */
export const contextUntil = (context: Context, ending: Ending, db: Database): Context => ({
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
  ending,
});

/** A file of a multipart request, already kept; `path` is its location in the store of uploads, `name` is for messages only. */
export type UploadedFile = { readonly path: string; readonly name: string; readonly bytes: number };

/** What resolvers may ask of the rest of the program; defined by those who provide it. */
// biome-ignore lint/suspicious/noEmptyInterface: each provider adds its own by declaration merging
export interface Services {}

/** The request's own loader of this kind, or set of such loaders: made on first use, gone with the request. */
export const loaderOf = <Loader extends object>(
  context: Context,
  make: (context: Context) => Loader,
): Loader => attached(context, make);
