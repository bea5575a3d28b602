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
import { Cancellation } from '../platform/cancellation.ts';
import { shortTurn } from '../platform/turns.ts';
import { BadInputError, DomainError, must, QueryTooComplexError } from '../shared/errors.ts';
import type { Meter } from '../shared/meter.ts';
import type { Admission } from './admission.ts';
import type { Limits } from './limits.ts';
import { originOf } from './request-origin.ts';
import { closeSocket, shortReason, tryAgainLater } from './socket.ts';
import { documentOf, isPersistedQueryError, mayRegister } from './use-registered-operations.ts';
import { withoutHttp } from './without-http.ts';

export type ProtocolOptions = {
  readonly app: App;
  readonly access: Access;
  /** Admits queries and mutations. */
  readonly admission: Admission;
  readonly limiter?: Limiter | undefined;
  readonly limits: Limits;
  /** Counts refusals. */
  readonly meter: Meter;
  readonly log: Logger;
};

/** The state of one socket. */
export type Extra = {
  readonly request: IncomingMessage;
  readonly credentials: Credentials;
  readonly socket: WebSocket;
  /** The caller; null until the first message of the socket. */
  caller: Caller | null;
  /** Running operations by id. Each ends when its client completes it, or with the socket. */
  readonly running: Map<string, Cancellation>;
  /** The running queries and mutations, which end by themselves. */
  readonly answering: Set<string>;
  /** Closes the socket when the server is stopping and no answer is pending. */
  readonly leave: () => void;
};
type Connection = Context<Record<string, unknown> | undefined, Extra>;
/** The payload that graphql-ws has checked. The query is empty for an operation with an id or hash. */
type Payload = {
  readonly id?: unknown;
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
};
/** The functions that run an operation are passed as its root value, which no resolver reads. */
type Run = Pick<ReturnType<App['getEnveloped']>, 'execute' | 'subscribe'>;

/** The protocol of a socket (graphql-transport-ws): authentication, operations and answers. */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const { app, access, limiter, admission, limits, meter, log } = options;
  const mask = (error: unknown) => {
    if (codeOf(error) === 'RATE_LIMITED') meter.rateLimited();
    return maskError(error, originOfError(error), log);
  };

  async function prepare(connection: Connection, id: string, payload: Payload): Promise<ExecutionArgs> {
    const cancellation = new Cancellation();
    connection.extra.running.set(id, cancellation);
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
    if (!operation) throw new BadInputError('Unknown operation: name an operation of the document');
    if (operation.operation !== 'subscription') connection.extra.answering.add(id);
    return {
      schema,
      document,
      operationName,
      variableValues: payload.variables,
      contextValue: { ...(await contextFactory()), cancellation },
      rootValue: { execute, subscribe } satisfies Run,
    };
  }
  const run = (args: ExecutionArgs) => args.rootValue as Run; // safe: prepare put it there

  /** Identifies the caller. Closes the socket when access is denied, and when the key ends. */
  async function admit({ extra, connectionParams }: Connection): Promise<boolean> {
    const { socket, credentials } = extra;
    try {
      const authorization = authorizationOf(connectionParams) ?? credentials.authorization;
      const caller = await access.identify({ ...credentials, authorization });
      if (socket.readyState !== socket.OPEN) return false;
      extra.caller = caller;
      const endWatch = access.onEnd(caller, () =>
        closeSocket(socket, CloseCode.Forbidden, 'The key was revoked, or has expired'),
      );
      socket.once('close', endWatch);
      return true;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isAway = error.code === 'STORE_UNAVAILABLE';
      closeSocket(socket, isAway ? tryAgainLater : CloseCode.Forbidden, shortReason(error.message));
      return false;
    }
  }

  return makeServer<Record<string, unknown> | undefined, Extra>({
    onConnect: admit,
    onSubscribe: (connection, id, payload) =>
      prepare(connection, id, payload).catch((error: unknown) => {
        connection.extra.answering.delete(id);
        // An operation that did not begin is never completed.
        connection.extra.running.delete(id);
        return [isPersistedQueryError(error) ? error : mask(error)];
      }),
    // An error, such as a timeout, is an answer. It must not close the socket and its other operations.
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

/**
 * Returns the key in the first message of a socket, as an Authorization header: browsers send no headers with a
 * WebSocket.
 */
function authorizationOf(params: Record<string, unknown> | undefined): string | undefined {
  const { authorization, Authorization = authorization, apiKey } = params ?? {};
  if (typeof Authorization === 'string') return Authorization;
  return typeof apiKey === 'string' ? `Bearer ${apiKey}` : undefined;
}
