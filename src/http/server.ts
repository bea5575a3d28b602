import { rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { UploadedFile } from '../graphql/context.ts';
import { isTaken } from '../graphql/uploads.ts';
import { DomainError } from '../shared/errors.ts';
import { isLoopback } from '../shared/loopback.ts';
import { readJson } from './body.ts';
import { errorBody, HttpError, sendError } from './errors.ts';
import { createGraphiql, type GraphiqlOptions, wantsPage } from './graphiql.ts';
import { type Health, sendHealth, sendReadiness } from './health.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { checkHost, checkSameOrigin } from './origin.ts';
import { createServerSentEvents, type ServerSentEvents } from './server-sent-events.ts';
import { receiveUpload } from './upload.ts';
import { createWebSockets } from './websocket.ts';

export type HttpServerOptions = {
  readonly app: App;
  /** Where uploaded files are written; made when missing. */
  readonly uploadFolder: string;
  /** What is not given is as `defaultLimits` says. The app has the same object for its part. */
  readonly limits?: Partial<Limits>;
  readonly health: Health;
  /** Default on; false answers no pages. */
  readonly graphiql?: GraphiqlOptions | false;
  /** Names that the server is reached by beside localhost and IP addresses, e.g. behind a proxy. Default none. */
  readonly hosts?: readonly string[];
  readonly log: Logger;
};

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;

export type HttpServer = Server & {
  /** Ends all subscriptions, in a way that tells clients to come back: for a server that stops. */
  endSubscriptions(): void;
};

/** The HTTP server, not yet listening. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { app, health, log } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const events = createServerSentEvents({ ...limits, log });
  const webSockets = createWebSockets({ app, limits, log });
  const names = (options.hosts ?? []).map((name) => name.toLowerCase());
  const routes: Readonly<Record<string, Handler>> = {
    '/graphql': graphqlHandler(options, limits, events),
    '/health': reading((_req, res) => sendHealth(res)),
    '/ready': reading((_req, res) => sendReadiness(res, health, log)),
    '/': reading((_req, res) => void res.writeHead(302, { location: '/graphql' }).end()),
  };

  const checkedPath = (req: IncomingMessage): string => {
    const address = server.address();
    const loopback = typeof address === 'object' && address !== null && isLoopback(address.address);
    checkHost(req.headers.host, { loopback, names });
    return (req.url ?? '').replace(/\?.*$/s, '');
  };

  const route: Handler = (req, res) => {
    const path = checkedPath(req);
    const handler = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (handler === undefined) throw nothingHere();
    return handler(req, res);
  };

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {}); // the client may leave as it likes
    try {
      if (checkedPath(req) !== '/graphql') throw nothingHere();
      checkSameOrigin(req);
      webSockets.accept(req, socket, head);
    } catch (error) {
      refuseUpgrade(socket, toHttpError(error, log));
    }
  };

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    secure(res);
    try {
      await route(req, res);
    } catch (error) {
      sendError(req, res, toHttpError(error, log));
    }
  };

  const server = createServer(
    // An upload may take hours: each body has a limit of its own on standing still instead.
    { requestTimeout: 0, headersTimeout: 60_000 },
    (req, res) => void handle(req, res),
  );
  // Without this Node lets every client send its body before it is known whether the body is wanted.
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => void handle(req, res));
  server.on('clientError', refuseUnreadable);
  server.on('upgrade', upgrade);
  const endSubscriptions = () => {
    events.end();
    webSockets.end();
  };
  return Object.assign(server, { endSubscriptions });
}

function nothingHere(): HttpError {
  return new HttpError(404, 'NOT_FOUND', 'Nothing here; the API is at /graphql');
}

function graphqlHandler(options: HttpServerOptions, limits: Limits, events: ServerSentEvents): Handler {
  const { app, uploadFolder, log } = options;
  const showPage = options.graphiql === false ? null : createGraphiql(options.graphiql);
  const answer: Handler = async (req, res) => {
    if (req.method === 'GET') return void (await app(req, res));
    if (req.method !== 'POST') throw wrongMethod('GET, POST');
    switch (contentTypeOf(req)) {
      case 'application/json':
        return forward(app, req, res, await readJson(req, res, limits), new Map());
      case 'multipart/form-data': {
        const { operations, uploads } = await receiveUpload(req, res, { uploadFolder, ...limits });
        discardLater(res, uploads, log);
        return forward(app, req, res, operations, uploads);
      }
      default:
        throw new HttpError(
          415,
          'BAD_INPUT',
          'Send application/json, or multipart/form-data with a file, in no content encoding',
        );
    }
  };
  return async (req, res) => {
    if (showPage !== null && wantsPage(req)) return showPage(req, res);
    checkSameOrigin(req);
    await answer(req, res);
    events.keep(res);
  };
}

/** Gives Yoga a body that is already read, as Express' parsers do: an object in `body`. */
async function forward(
  app: App,
  req: IncomingMessage,
  res: ServerResponse,
  body: object,
  uploads: ReadonlyMap<string, UploadedFile>,
): Promise<void> {
  // Yoga would take what has no keys for a body not read yet, and wait for it.
  if (Object.keys(body).length === 0) throw new HttpError(400, 'BAD_INPUT', 'There is no query in the body');
  req.headers['content-type'] = 'application/json';
  delete req.headers['content-length'];
  await app(Object.assign(req, { body }), res, { uploads });
}

/** Deletes the files that no resolver took, after the response or when the client leaves. */
function discardLater(res: ServerResponse, uploads: Map<string, UploadedFile>, log: Logger): void {
  const discard = () => {
    for (const file of uploads.values()) {
      if (isTaken(file)) continue;
      rm(file.path, { force: true }).catch((error) =>
        log.error({ err: error, path: file.path }, 'an upload stays'),
      );
    }
    uploads.clear(); // a resolver still running finds nothing to take
  };
  if (res.closed) discard();
  else res.once('close', discard);
}

function contentTypeOf(req: IncomingMessage): string | null {
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') return null;
  return (req.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}

function reading(handler: Handler): Handler {
  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw wrongMethod('GET, HEAD');
    return handler(req, res);
  };
}

function wrongMethod(allow: string): HttpError {
  return new HttpError(405, 'BAD_INPUT', `Wrong method: ${allow} allowed`, { allow });
}

/** What every answer says to browsers: do not guess types, frame, embed elsewhere, or tell where links came from. */
function secure(res: ServerResponse): void {
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('x-frame-options', 'DENY');
  res.setHeader('cross-origin-resource-policy', 'same-origin');
  res.setHeader('referrer-policy', 'no-referrer');
}

function toHttpError(error: unknown, log: Logger): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof DomainError) return new HttpError(400, error.code, error.message);
  log.error({ err: error }, 'a request failed unexpectedly');
  return new HttpError(500, 'INTERNAL', 'Unexpected error. The log has more');
}

/** Answers a request that may not become a socket. */
function refuseUpgrade(socket: Duplex, { status, code, message }: HttpError): void {
  const body = errorBody(code, message);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json; charset=utf-8\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}

/** Answers what is not HTTP, or has too long a head, in the one shape of errors. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, body] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          errorBody('QUERY_TOO_COMPLEX', 'The head is too large: use POST'),
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', errorBody('TIMEOUT', 'The head of the request took too long')]
        : ['400 Bad Request', errorBody('BAD_INPUT', 'Not a valid HTTP request')];
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
