import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, getOperationAST } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access, Credentials } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/limiter.ts';
import type { App } from '../app.ts';
import { maskError } from '../graphql/mask-error.ts';
import type { Context as ApiContext } from '../graphql/context.ts';
import { BadInputError, DomainError, must, QueryTooComplexError } from '../shared/errors.ts';
import type { Admission } from './admission.ts';
import { HttpError } from './errors.ts';
import { checkJsonSize, outlineOf } from './json.ts';
import type { Limits } from './limits.ts';
import { ownTurn } from '../platform/turns.ts';
import { refuseSocket } from './refusals.ts';
import { documentOf, isPersistedQueryError, mayRegister } from './use-registered-operations.ts';
import { withoutHttp } from './without-http.ts';

type WebSocketOptions = {
  readonly app: App;
  readonly access: Access;
  /** Lets queries and mutations begin. */
  readonly admission: Admission;
  readonly limiter?: Limiter | undefined;
  readonly limits: Limits;
  readonly log: Logger;
};

/** GraphQL over WebSocket (subprotocol graphql-transport-ws), beside HTTP. */
type WebSockets = {
  /**
   * Takes over a request that may become a socket; its origin is checked before. A key comes with the request, or with
   * the first message of the socket.
   */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer, credentials: Credentials): void;
  /**
   * Closes all of them as going away, so that clients come back when there is a server again; each once the queries and
   * mutations on it are answered.
   */
  end(): void;
  /** Drops those that are left. */
  drop(): void;
};

/** How long a client may take to answer a goodbye. */
const partingMs = 1_000;
const goingAway = 1001;
const tryAgainLater = 1013;

type Extra = {
  readonly request: IncomingMessage;
  readonly credentials: Credentials;
  readonly socket: WebSocket;
  /** Who asks; null until the socket's first message says so. */
  caller: Caller | null;
  /** Operations that run, by id: each is left when its client says so, or with the socket. */
  readonly running: Map<string, AbortController>;
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

/** GraphQL over WebSockets, each taken over from the request that asks for it. */
export function createWebSockets({
  app,
  access,
  limiter,
  admission,
  limits,
  log,
}: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (protocols) => handleProtocols(protocols),
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
  });
  sockets.on('wsClientError', ({ message }, socket) =>
    refuseSocket(socket, new HttpError(400, 'BAD_INPUT', `Not a valid WebSocket request: ${message}`)),
  );
  const mask = (error: unknown) => maskError(error, randomUUID(), log);
  let ending = false;
  /** What closes each socket when the server stops. */
  const leaving = new Map<WebSocket, () => void>();

  async function prepare(connection: Connection, id: string, payload: Payload): Promise<ExecutionArgs> {
    const left = new AbortController();
    connection.extra.running.set(id, left);
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
    await ownTurn();
    const query = documentOf(payload, app.operations, mayRegister(caller)) ?? '';
    const { schema, execute, subscribe, contextFactory, parse, validate } = app.getEnveloped({
      req: connection.extra.request,
      params: { ...payload, query },
      caller,
      bill,
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
      contextValue: { ...(await contextFactory()), clientLeft: left.signal },
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

  const protocol = makeServer<Record<string, unknown> | undefined, Extra>({
    onConnect: admit,
    onSubscribe: (connection, id, payload) =>
      prepare(connection, id, payload).catch((error: unknown) => {
        connection.extra.answering.delete(id);
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

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, credentials: Credentials) => {
    // A frame that is too large or none at all: ws closes with the code that says so.
    socket.on('error', ({ message }) => log.info({ reason: message }, 'a socket broke'));
    const running: Extra['running'] = new Map();
    const answering: Extra['answering'] = new Set();
    const leave = () => {
      if (ending && answering.size === 0) part(socket, goingAway, 'The server is stopping');
    };
    leaving.set(socket, leave);
    const stopAsking = keepAlive(socket, limits.keepAliveMs, log);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data, limits.socketBytes, log),
        close: (code, reason = '') => socket.close(code, shortReason(reason)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            const text = String(data);
            const refusal = refuseMessage(text);
            leaveCompleted(text, running);
            if (refusal === 'close') return socket.close(CloseCode.BadRequest, 'Invalid message received');
            if (refusal !== null) return void send(socket, refusal, limits.socketBytes, log).catch(() => {});
            take(text).catch((err: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ err }, 'a message over a socket failed unexpectedly');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { request, credentials, socket, caller: null, running, answering, leave },
    );
    socket.once('close', (code, reason) => {
      stopAsking();
      leaving.delete(socket);
      for (const left of running.values()) left.abort(clientLeft());
      running.clear();
      closed(code, String(reason)).catch((err) => log.error({ err }, 'a subscription did not end well'));
    });
  });

  return {
    accept(req, socket, head, credentials) {
      if (ending) throw new HttpError(503, 'RATE_LIMITED', 'The server is stopping: connect again');
      sockets.handleUpgrade(req, socket, head, (opened) =>
        sockets.emit('connection', opened, req, credentials),
      );
    },
    end() {
      ending = true;
      for (const leave of leaving.values()) leave();
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** The key of a socket's first message, as an Authorization header has it: browsers send no headers with a socket. */
function authorizationOf(params: Record<string, unknown> | undefined): string | undefined {
  const { authorization, Authorization = authorization, apiKey } = params ?? {};
  if (typeof Authorization === 'string') return Authorization;
  return typeof apiKey === 'string' ? `Bearer ${apiKey}` : undefined;
}

const serverOnly: readonly unknown[] = ['connection_ack', 'next', 'error'];

/**
 * What to do with a message before it is parsed: null takes it, `close` is for what only servers send, and text is
 * the answer to an operation whose JSON is over the limits.
 */
function refuseMessage(text: string): 'close' | string | null {
  const { type, id } = { ...(outlineOf(text) as { type?: unknown; id?: unknown } | null) };
  if (serverOnly.includes(type)) return 'close';
  try {
    checkJsonSize(text, 'The message');
    return null;
  } catch (error) {
    if (type !== 'subscribe' || typeof id !== 'string' || id === '') return 'close';
    const { message, code } = error as HttpError; // safe: it throws no other
    return JSON.stringify({ id, type: 'error', payload: [{ message, extensions: { code } }] });
  }
}

/** Ends what the store is being asked for an operation that its client completes: graphql-ws lets a query run on. */
function leaveCompleted(text: string, running: Extra['running']): void {
  const { type, id } = { ...(outlineOf(text) as { type?: unknown; id?: unknown } | null) };
  if (type !== 'complete' || typeof id !== 'string') return;
  running.get(id)?.abort(clientLeft());
  running.delete(id);
}

/** Why an operation ends whose client needs it no more: an expected error, which nobody logs. */
const clientLeft = () => new DomainError('TIMEOUT', 'The client has left');

/** A reason that fits a closing frame, which takes 123 bytes. */
function shortReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : `${reason.slice(0, 30).toWellFormed()}…`;
}

/**
 * Resolves when the message is on its way, so that a subscription waits for its client. Where that does not read and
 * too much waits already, it is dropped.
 */
function send(socket: WebSocket, data: string, bytes: number, log: Logger): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  const waiting = socket.bufferedAmount;
  if (waiting > bytes) {
    log.warn({ waiting }, 'a subscriber reads too slowly: dropped');
    part(socket, tryAgainLater, `Too slow: ${waiting} bytes unread, ${bytes} allowed`);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Says why, and does not wait long for an answer: a client that reads nothing gives none. */
function part(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const late = setTimeout(() => socket.terminate(), partingMs);
  socket.once('close', () => clearTimeout(late));
}

/** Asks now and then whether the client is there, and drops it where it does not answer; gives what ends the asking. */
function keepAlive(socket: WebSocket, everyMs: number, log: Logger): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const asking = setInterval(() => {
    if (!answered) {
      log.info('a subscriber does not answer: dropped');
      socket.terminate();
      return;
    }
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, everyMs);
  return () => clearInterval(asking);
}
