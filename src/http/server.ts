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
import { setCommonHeaders } from './common-headers.ts';
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
  /** Counts what callers spend. Without it nobody has a limit. */
  readonly limiter?: Limiter;
  /** The proxies that are trusted to name the address of a client. Default: none. */
  readonly trust?: TrustedProxies | null;
  /** Where uploaded files are kept. */
  readonly uploads: UploadStore;
  /** Serves links to exported files; without it there are none. */
  readonly downloads?: Downloads | undefined;
  /** Serves pictures of the platforms; without it there are none. */
  readonly pictures?: Pictures | undefined;
  /** Missing ones are those of `defaultLimits`. The app gets the same object. */
  readonly limits?: Partial<Limits>;
  readonly health: Health;
  /** The content of /metrics; without it there is no such path. */
  readonly metrics?: MetricsOptions;
  /** Counts refusals. Default: not counted. The app gets the same object. */
  readonly meter?: Meter;
  /** Makes spans of requests. Default: no spans. The app gets the same object. */
  readonly tracer?: Tracer;
  /** Caches answers. Default: none are cached. */
  readonly cache?: AnswerCache | undefined;
  /** Default on; false answers no pages. */
  readonly graphiql?: GraphiqlOptions | false;
  /** The pages at / and at all paths outside the API. Without it / redirects to /graphql. */
  readonly dashboard?: Dashboard | undefined;
  /** Names of the server besides localhost and IP addresses, e.g. behind a proxy. Default: none. */
  readonly hosts?: readonly string[];
  /** Origins of pages that may send requests, besides the own; `*` allows all. Default: none. */
  readonly origins?: readonly string[];
  readonly log: Logger;
};

export type HttpServer = Server & {
  /**
   * Stops the server. /ready reports the stop at once. The server answers the requests under way and tells subscribers
   * to reconnect. Resolves when no connection is left.
   */
  drain(times: DrainTimes): Promise<void>;
  /** Counts of answered requests. */
  readonly requests: RequestCounts;
  /** Returns the number of open subscriptions, by transport. */
  subscribers(): { readonly sse: number; readonly websocket: number };
};

type Route = (...asked: Parameters<Handler>) => ReturnType<Handler> | Later;

/** Longer than the 75 s that proxies keep a connection, so that they never reuse a closed one. */
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
    // A request that a trusted proxy forwards for another machine is not local.
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
  // No page of the dashboard is below these.
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

  /** Host headers that are known to be allowed: few, on nearly all requests. */
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
    // Cached answers are sent with their own headers.
    if (path !== '/graphql') setCommonHeaders(req, res, allowed.origins);
    if (handler === undefined) throw nothingHere();
    if (isPreflight(req)) {
      setCommonHeaders(req, res, allowed.origins);
      return answerPreflight(req, res, allowed.origins);
    }
    return handler(req, res);
  };

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {}); // the client may leave at any time
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
      if (!res.headersSent) setCommonHeaders(req, res, allowed.origins);
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
    // An upload may take hours: each body has a limit on its idle time instead. A missing Host is refused below, since
    // the refusal of Node has no body.
    {
      requestTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: keepAliveMs + 5_000,
      requireHostHeader: false,
    },
    handle,
  );
  // Without this, Node lets every client send its body before the server has accepted the request.
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

/** A limit, because beyond loopback a client may send any name. */
const maxGoodHosts = 1_000;

/** Returns `/x` for the path `/x/y`. */
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
