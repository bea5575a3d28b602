import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, getOperationAST } from 'graphql';
import { CloseCode, type Context, makeServer, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Access, Credentials } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/limiter.ts';
import type { App } from '../app.ts';
import type { Context as ApiContext } from '../graphql/context.ts';
import { codeOf, maskError } from '../graphql/mask-error.ts';
import { originOfError } from '../graphql/request-origin.ts';
import { Ending } from '../platform/ending.ts';
import { shortTurn } from '../platform/turns.ts';
import { BadInputError, DomainError, must, QueryTooComplexError } from '../shared/errors.ts';
import type { Meter } from '../shared/meter.ts';
import type { Admission } from './admission.ts';
import type { Limits } from './limits.ts';
import { originOf } from './request-origin.ts';
import { part, shortReason, tryAgainLater } from './socket.ts';
import { documentOf, isPersistedQueryError, mayRegister } from './use-registered-operations.ts';
import { withoutHttp } from './without-http.ts';

export type ProtocolOptions = {
  readonly app: App;
  readonly access: Access;
  /** Lets queries and mutations begin. */
  readonly admission: Admission;
  readonly limiter?: Limiter | undefined;
  readonly limits: Limits;
  /** Counts who is refused. */
  readonly meter: Meter;
  readonly log: Logger;
};

/** What is known of one socket. */
export type Extra = {
  readonly request: IncomingMessage;
  readonly credentials: Credentials;
  readonly socket: WebSocket;
  /** Who asks; null until the socket's first message says so. */
  caller: Caller | null;
  /** Operations that run, by id: each is left when its client says so, or with the socket. */
  readonly running: Map<string, Ending>;
  /** Those of them that end by themselves: queries and mutations. */
  readonly answering: Set<string>;
  /** Closes the socket where the server stops and no answer is to come. */
  readonly leave: () => void;
};
type Connection = Context<Record<string, unknown> | undefined, Extra>;
/** As graphql-ws checks it: the query is empty for an operation that is asked for by its id or hash. */
type Payload = {
  readonly id?: unknown;
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
};
/** What an operation runs with goes along as its root, which no resolver looks at. */
type Run = Pick<ReturnType<App['getEnveloped']>, 'execute' | 'subscribe'>;

/** What is said over each socket (graphql-transport-ws): who asks, what they ask, and what they are answered. */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const { app, access, limiter, admission, limits, meter, log } = options;
  const mask = (error: unknown) => {
    if (codeOf(error) === 'RATE_LIMITED') meter.rateLimited();
    return maskError(error, originOfError(error), log);
  };

  async function prepare(connection: Connection, id: string, payload: Payload): Promise<ExecutionArgs> {
    const ending = new Ending();
    connection.extra.running.set(id, ending);
    const running = Object.keys(connection.subscriptions).length;
    if (running > limits.socketOperations) {
      throw new QueryTooComplexError(
        `Too many operations on one socket: ${running} asked, ${limits.socketOperations} allowed`,
      );
    }
    const operationName = payload.operationName || null;
    const caller = must(connection.extra.caller, 'a socket is admitted before it asks');
    const bill = (await limiter?.open(caller)) ?? null;
    bill?.check();
    await shortTurn();
    const query = documentOf(payload, app.operations, mayRegister(caller)) ?? '';
    const { schema, execute, subscribe, contextFactory, parse, validate } = app.getEnveloped({
      req: connection.extra.request,
      params: { ...payload, query },
      caller,
      bill,
      origin: originOf(connection.extra.request),
    });
    const document = parse(query);
    const [invalid] = validate(schema, document);
    if (invalid) throw invalid;
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new BadInputError('Unknown operation: name one of the document');
    if (operation.operation !== 'subscription') connection.extra.answering.add(id);
    return {
      schema,
      document,
      operationName,
      variableValues: payload.variables,
      contextValue: { ...(await contextFactory()), ending },
      rootValue: { execute, subscribe } satisfies Run,
    };
  }
  const run = (args: ExecutionArgs) => args.rootValue as Run; // safe: prepare put it there

  /** Finds out who asks; closes the socket when that may not, and when its key ends. */
  async function admit({ extra, connectionParams }: Connection): Promise<boolean> {
    const { socket, credentials } = extra;
    try {
      const authorization = authorizationOf(connectionParams) ?? credentials.authorization;
      const caller = await access.identify({ ...credentials, authorization });
      if (socket.readyState !== socket.OPEN) return false;
      extra.caller = caller;
      const endWatch = access.onEnd(caller, () =>
        part(socket, CloseCode.Forbidden, 'The key was revoked, or has expired'),
      );
      socket.once('close', endWatch);
      return true;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isAway = error.code === 'STORE_UNAVAILABLE';
      part(socket, isAway ? tryAgainLater : CloseCode.Forbidden, shortReason(error.message));
      return false;
    }
  }

  return makeServer<Record<string, unknown> | undefined, Extra>({
    onConnect: admit,
    onSubscribe: (connection, id, payload) =>
      prepare(connection, id, payload).catch((error: unknown) => {
        connection.extra.answering.delete(id);
        // What did not begin is never completed.
        connection.extra.running.delete(id);
        return [isPersistedQueryError(error) ? error : mask(error)];
      }),
    // What throws (time that is up, for one) is an answer, and no reason to close the socket with all that it carries.
    execute: async (args) => {
      try {
        return await admission.run(() => run(args).execute(args));
      } catch (error) {
        return { errors: [mask(error)] };
      }
    },
    subscribe: (args) => run(args).subscribe(args),
    onComplete: ({ extra }, id) => {
      extra.running.delete(id);
      extra.answering.delete(id);
      extra.leave();
    },
    onNext: (_connection, _id, _payload, { contextValue }, { errors, ...result }) => {
      const { bill } = contextValue as ApiContext; // safe: prepare put it there
      if (!errors && bill === null) return;
      return {
        data: result.data ?? null,
        ...(errors && { errors: errors.map(withoutHttp) }),
        ...(bill && { extensions: { ...result.extensions, cost: bill.facts } }),
      };
    },
    onError: (_connection, _id, _payload, errors) => errors.map(withoutHttp),
  });
}

/** The key of a socket's first message, as an Authorization header has it: browsers send no headers with a socket. */
function authorizationOf(params: Record<string, unknown> | undefined): string | undefined {
  const { authorization, Authorization = authorization, apiKey } = params ?? {};
  if (typeof Authorization === 'string') return Authorization;
  return typeof apiKey === 'string' ? `Bearer ${apiKey}` : undefined;
}
