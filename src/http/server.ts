import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { isLoopback } from '../shared/loopback.ts';
import { downloadRoot, type Downloads } from '../jobs/downloads.ts';
import type { UploadStore } from '../jobs/uploads/store.ts';
import { mediaRoot } from '../media/addresses.ts';
import type { Pictures } from '../media/pictures.ts';
import type { Access, Credentials } from '../access/access.ts';
import { createAdmission } from './admission.ts';
import type { Limiter } from '../access/limiter.ts';
import { addressOf, type TrustedProxies } from './address.ts';
import type { AnswerCache } from './cache/cache.ts';
import { downloadHandler } from './downloads.ts';
import { mediaHandler } from './media.ts';
import { answerPreflight, isPreflight } from './cors.ts';
import type { Dashboard } from './dashboard/dashboard.ts';
import { createFraming } from './dashboard/framing.ts';
import { createDrain, type DrainTimes } from './drain.ts';
import { HttpError, sendError, wrongMethod } from './errors.ts';
import type { GraphiqlOptions } from './graphiql.ts';
import { graphqlHandler, type Handler, type Later } from './graphql-handler.ts';
import { type Health, sendHealth, sendLive, sendReadiness, sendStopping } from './health.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type Allowed, checkHost, checkOrigin, onlyHost } from './origin.ts';
import { pathOf } from './path.ts';
import { refuseUnreadable, refuseSocket } from './refusals.ts';
import { prepare } from './standing-headers.ts';
import { toHttpError } from './to-http-error.ts';
import { createServerSentEvents } from './server-sent-events.ts';
import { createWebSockets } from './websocket.ts';
import { type MetricsOptions, metricsHandler } from './metrics.ts';
import { RequestCounts } from './request-counts.ts';
import { originOf } from './request-origin.ts';
import { type Meter, noMeter } from '../shared/meter.ts';
import type { Tracer } from '../shared/tracer.ts';

export type HttpServerOptions = {
  readonly app: App;
  /** Decides who may do what. */
  readonly access: Access;
  /** Counts what callers cost. Without it nobody has a limit. */
  readonly limiter?: Limiter;
  /** Which proxies are believed when they say where a request came from. Default none. */
  readonly trust?: TrustedProxies | null;
  /** Where uploaded files are kept. */
  readonly uploads: UploadStore;
  /** Follows links to exported files; without it there are none. */
  readonly downloads?: Downloads | undefined;
  /** Gives pictures of the platforms; without it there are none. */
  readonly pictures?: Pictures | undefined;
  /** What is not given is as `defaultLimits` says. The app has the same object for its part. */
  readonly limits?: Partial<Limits>;
  readonly health: Health;
  /** What /metrics tells; without it there is no such path. */
  readonly metrics?: MetricsOptions;
  /** Counts who is refused; by default nobody does. The app has the same for its part. */
  readonly meter?: Meter;
  /** Makes spans of requests; by default nobody does. The app has the same for its part. */
  readonly tracer?: Tracer;
  /** Keeps answers; by default none are kept. */
  readonly cache?: AnswerCache | undefined;
  /** Default on; false answers no pages. */
  readonly graphiql?: GraphiqlOptions | false;
  /** What browsers see at / and at all paths that are not the API's. Without it / leads to /graphql. */
  readonly dashboard?: Dashboard | undefined;
  /** Names that the server is reached by beside localhost and IP addresses, e.g. behind a proxy. Default none. */
  readonly hosts?: readonly string[];
  /** Origins of pages that may ask beside the server's own; `*` is all of them. Default none. */
  readonly origins?: readonly string[];
  readonly log: Logger;
};

export type HttpServer = Server & {
  /**
   * Stops the server: /ready says so at once, requests under way are answered, and subscribers are told to come back.
   * Resolves when there is no connection any more.
   */
  drain(times: DrainTimes): Promise<void>;
  /** The requests that were answered. */
  readonly requests: RequestCounts;
  /** Subscriptions that are open, by what carries them. */
  subscribers(): { readonly sse: number; readonly websocket: number };
};

type Route = (...asked: Parameters<Handler>) => ReturnType<Handler> | Later;

/** Longer than the 75 s that proxies keep a connection: one that they use again is never met closed. */
const keepAliveMs = 80_000;

/** The HTTP server, not yet listening. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { app, access, limiter, health, metrics, meter = noMeter, log, trust = null } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const admission = createAdmission(limits);
  const events = createServerSentEvents({ ...limits, access, log });
  const webSockets = createWebSockets({ app, access, limiter, admission, limits, meter, log });
  const allowed: Allowed = {
    hosts: (options.hosts ?? []).map((name) => name.toLowerCase()),
    origins: options.origins ?? [],
  };
  let isLocal = false;
  const credentialsOf = (req: IncomingMessage): Credentials => {
    const address = addressOf(req, trust);
    // What a trusted proxy forwards for another machine is not of this one.
    return { authorization: req.headers.authorization, address, loopback: isLocal && isLoopback(address) };
  };
  const routes: Readonly<Record<string, Route>> = {
    '/graphql': graphqlHandler({ ...options, admission, limits, events, allowed, credentialsOf }),
    '/live': reading((_req, res) => sendLive(res)),
    '/health': reading((_req, res) => sendHealth(res, health, log)),
    '/ready': reading((_req, res) => (drain.begun ? sendStopping(res) : sendReadiness(res, health, log))),
    ...(metrics && { '/metrics': reading(metricsHandler(metrics, { access, credentialsOf })) }),
    ...(options.dashboard === undefined && {
      '/': reading((_req, res) => void res.writeHead(302, { location: '/graphql' }).end()),
    }),
  };

  const { dashboard, downloads, pictures } = options;
  const { idleMs } = limits;
  const download = downloads && reading(downloadHandler({ downloads, idleMs, log }));
  const media = pictures && reading(mediaHandler({ pictures, credentialsOf, idleMs, log }));
  // Below these nothing is a page of the dashboard.
  const apiRoots = new Set([...Object.keys(routes), downloadRoot, mediaRoot].map(rootOf));
  const isFramed = createFraming({ access, credentialsOf });
  const showDashboard =
    dashboard &&
    reading((req, res) => {
      const framed = isFramed(req);
      if (framed instanceof Promise) return framed.then((is) => dashboard.answer(req, res, is));
      return dashboard.answer(req, res, framed);
    });
  const isForDashboard = (req: IncomingMessage): boolean =>
    dashboard !== undefined && !apiRoots.has(rootOf(pathOf(req))) && dashboard.serves(req);
  const requests = new RequestCounts(Object.keys(routes), isForDashboard);

  /** Host headers that were found to be allowed: few, on nearly all requests. */
  const goodHosts = new Set<string>();
  const checkedPath = (req: IncomingMessage): string => {
    const host = onlyHost(req);
    if (host === undefined || !goodHosts.has(host)) {
      checkHost(host, { ...allowed, loopback: isLocal });
      if (host !== undefined && goodHosts.size < maxGoodHosts) goodHosts.add(host);
    }
    return pathOf(req);
  };

  const handlerOf = (req: IncomingMessage, path: string): Route | undefined => {
    if (Object.hasOwn(routes, path)) return routes[path];
    if (path.startsWith(downloadRoot)) return download;
    if (path.startsWith(mediaRoot)) return media;
    return isForDashboard(req) ? showDashboard : undefined;
  };

  const route: Route = (req, res) => {
    const path = checkedPath(req);
    const handler = handlerOf(req, path);
    // What is kept is sent with its headers at once.
    if (path !== '/graphql') prepare(req, res, allowed.origins);
    if (handler === undefined) throw nothingHere();
    if (isPreflight(req)) {
      prepare(req, res, allowed.origins);
      return answerPreflight(req, res, allowed.origins);
    }
    return handler(req, res);
  };

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {}); // the client may leave as it likes
    try {
      if (checkedPath(req) !== '/graphql') throw nothingHere();
      checkOrigin(req, allowed);
      webSockets.accept(req, socket, head, credentialsOf(req));
    } catch (error) {
      refuseSocket(socket, toHttpError(error, log, originOf(req)));
    }
  };

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    const done = () => requests.count(req, res.statusCode);
    const fail = (error: unknown): void => {
      if (!res.headersSent) prepare(req, res, allowed.origins);
      const refusal = toHttpError(error, log, originOf(req));
      if (refusal.code === 'RATE_LIMITED') meter.rateLimited();
      sendError(req, res, refusal);
      done();
    };
    drain.watch(req.socket, res);
    try {
      const under = route(req, res);
      if (typeof under === 'function') under(done, fail);
      else if (under instanceof Promise) under.then(done, fail);
      else done();
    } catch (error) {
      fail(error);
    }
  };

  const server = createServer(
    // An upload may take hours: each body has a limit of its own on standing still instead.
    // A missing Host is told in our own words: Node's refusal has no body.
    {
      requestTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: keepAliveMs + 5_000,
      requireHostHeader: false,
    },
    handle,
  );
  // Without this Node lets every client send its body before it is known whether the body is wanted.
  server.on('checkContinue', handle);
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) =>
    sendError(req, res, new HttpError(417, 'BAD_INPUT', 'Expect may say 100-continue only')),
  );
  server.on('listening', () => {
    const address = server.address();
    isLocal = typeof address === 'object' && address !== null && isLoopback(address.address);
  });
  server.on('clientError', refuseUnreadable);
  server.on('upgrade', upgrade);
  const drain = createDrain(server, {
    end() {
      events.end();
      webSockets.end();
    },
    drop: () => webSockets.drop(),
  });
  const subscribers = () => ({ sse: events.count(), websocket: webSockets.count() });
  return Object.assign(server, { drain: drain.run, requests, subscribers });
}

/** Beyond loopback a client may send any name. */
const maxGoodHosts = 1_000;

/** `/x` of the path `/x/y`. */
const rootOf = (path: string): string => /^\/[^/]*/.exec(path)?.[0] ?? '';

function nothingHere(): HttpError {
  return new HttpError(404, 'NOT_FOUND', 'Nothing here; the API is at /graphql');
}

function reading(handler: Handler): Handler {
  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw wrongMethod('GET, HEAD');
    return handler(req, res);
  };
}
