import type { GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Caller } from './access/caller.ts';
import type { Database } from './db/client.ts';
import type { Context, Services } from './graphql/context.ts';
import { maskError } from './graphql/mask-error.ts';
import { type Learn, RecordedReads } from './graphql/reads.ts';
import { newOrigin, originOfError } from './graphql/request-origin.ts';
import { createDocuments, type Documents } from './http/documents.ts';
import { executeThroughPlugins, useExecute } from './http/execution.ts';
import { defaultLimits, type Limits } from './http/limits.ts';
import {
  checkOperations,
  type Operations,
  type OperationsOptions,
  readOperations,
} from './http/operations/operations.ts';
import type { ServerContext } from './http/server-context.ts';
import { shortTurn } from './platform/turns.ts';
import { createPlainQuery, type PlainQuery } from './http/plain-query.ts';
import { useCompiled } from './http/use-compiled.ts';
import { useCost } from './http/use-cost.ts';
import { useCompression } from './http/use-compression.ts';
import { useHiddenSchema } from './http/use-hidden-schema.ts';
import { useJsonErrors } from './http/use-json-errors.ts';
import { useLimits } from './http/use-limits.ts';
import { useMeter } from './http/use-meter.ts';
import { useOperationName } from './http/use-operation-name.ts';
import { useReads } from './http/use-reads.ts';
import { useRegisteredOperations } from './http/use-registered-operations.ts';
import { useResult } from './http/use-result.ts';
import { useSpans } from './http/use-spans.ts';
import { useStorableText } from './http/use-storable-text.ts';
import { useSubscriptions } from './http/use-subscriptions.ts';
import { useUnavailable } from './http/use-unavailable.ts';
import { schema as api } from './schema.ts';
import { must } from './shared/errors.ts';
import { noTracer, type Tracer } from './shared/tracer.ts';
import { type Meter, noMeter } from './shared/meter.ts';

type AppDependencies = {
  readonly db: Database;
  readonly log: Logger;
  readonly services: Services;
  /** By default `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** By default none are registered, and all run. */
  readonly operations?: OperationsOptions;
  /** Receives what the API does, for metrics; by default nothing does. */
  readonly meter?: Meter;
  /** Records spans of operations and their root fields; by default nothing does. */
  readonly tracer?: Tracer;
  /** Receives each version of a stream that was read. */
  readonly learn?: Learn;
  /** By default the API. Another schema is for measurements of the server alone. */
  readonly schema?: GraphQLSchema;
  /** Returns the current time; called once per request. */
  readonly now?: () => Date;
  /** The caller when no server sets one: for commands and tests, which have no port. Without any, requests fail. */
  readonly caller?: Caller;
};

export type App = YogaServerInstance<ServerContext, Context> & {
  readonly documents: Documents;
  readonly operations: Operations;
  readonly runPlainly: PlainQuery;
};

const noUploads: Context['uploads'] = new Map();

/** Assembles the API, without a port. Throws for an invalid registered operation. */
export function createApp(dependencies: AppDependencies): App {
  const { db, log, services, limits, learn, schema = api, now = () => new Date() } = dependencies;
  const { meter = noMeter, tracer = noTracer } = dependencies;
  const allowed = { ...defaultLimits, ...limits };
  const operations = readOperations(dependencies.operations ?? { only: false });
  const documents = createDocuments(allowed, operations.isRegistered);
  checkOperations(operations, schema, documents);
  // The error response and the log have the same request id.
  const mask = (error: unknown) => maskError(error, originOfError(error), log);
  const plugins = [
    useRegisteredOperations(operations),
    useResult(),
    useOperationName(),
    useSubscriptions({ ...allowed, now, mask }),
    useCompiled(documents),
    useStorableText(),
    useLimits(allowed, documents),
    useHiddenSchema(dependencies.caller),
    useJsonErrors(mask),
    useCompression(),
    useUnavailable(),
    useReads(),
    useCost(),
    useMeter(meter, documents),
    ...(tracer.isOn ? [useSpans(tracer)] : []),
  ];
  const execute = executeThroughPlugins(plugins);
  const contextOf = (server: ServerContext): Context => {
    const { uploads = noUploads, caller = dependencies.caller, bill = null, record, origin } = server;
    return {
      db,
      now: now(),
      services,
      caller: must(caller, 'each request has a caller'),
      bill,
      log,
      origin: origin ?? newOrigin(),
      meter,
      tracer,
      reads: record ?? new RecordedReads(learn),
      uploads,
    };
  };
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    extraParamNames: ['id'],
    logging: false,
    cors: false,
    // http/upload.ts handles these: Yoga would read whole files into memory.
    multipart: false,
    maxRequestBodySize: allowed.bodyBytes,
    batching: { limit: allowed.batch },
    plugins: [...plugins, useExecute(execute)],
    // http/documents.ts has a cache with a limit in bytes.
    parserAndValidationCache: false,
    context: async (server) => {
      await shortTurn(); // so that validation and execution do not block in one turn
      return contextOf(server);
    },
    maskedErrors: { maskError: mask },
  });
  const runPlainly = createPlainQuery({ schema, execute, contextOf, documents, operations, mask });
  return Object.assign(yoga, { documents, operations, runPlainly });
}
