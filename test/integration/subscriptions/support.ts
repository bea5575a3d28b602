import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Access } from '../../../src/access/access.ts';
import { createApp } from '../../../src/app.ts';
import { openChanges } from '../../../src/changes.ts';
import type { Database } from '../../../src/db/client.ts';
import type { Services } from '../../../src/graphql/context.ts';
import type { Limits } from '../../../src/http/limits.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import type { LocalPubSub } from '../../../src/platform/pubsub.ts';
import { untilNoneIsOpen } from '../../support/left-open.ts';
import { patienceMs } from '../../support/patience.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openAccess } from '../../support/app.ts';

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });

export type Live = {
  readonly http: string;
  readonly ws: string;
  readonly port: number;
  readonly changes: LocalPubSub;
  /** Connections that are open. */
  connections(): number;
  /** Subscriptions that the server counts. */
  subscribers(): { readonly sse: number; readonly websocket: number };
  /** Bytes that wait in this process to be sent. */
  waitingBytes(): number;
  /** Cuts every connection without a word, as a broken network does. */
  cut(): void;
  /** As SIGTERM does. */
  stop(): Promise<void>;
};

/**
 * The API with subscriptions on a port of loopback, over a store whose changes it receives. A test fails that leaves a
 * subscription open although its clients are gone.
 */
export async function serveLive(
  db: Database & { readonly url: string },
  options: {
    readonly port?: number;
    readonly limits?: Partial<Limits>;
    readonly access?: Access;
    /** Follows the streams' versions, as the server does: for what is kept by them. Always on a cluster. */
    readonly withVersions?: boolean;
  } = {},
): Promise<Live> {
  const versions = options.withVersions || db.isDistributed ? await openVersions(db) : undefined;
  const heard = await openChanges(db);
  const uploadFolder = await mkdtemp(join(tmpdir(), 'larkstat-live-'));
  const limits = options.limits ?? {};
  const services = { changes: heard.changes, versions } as unknown as Services; // safe: no operation here needs another
  const app = createApp({ db, log, services, limits });
  const server = createHttpServer({
    access: options.access ?? openAccess,
    app,
    uploads: openFolder(uploadFolder),
    limits,
    health: { checks: {} },
    log,
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', done);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await server.drain({ delayMs: 0, limitMs: 5_000 });
    await heard.close();
    await versions?.close();
    await rm(uploadFolder, { recursive: true });
  };
  afterwards(async () => {
    cut();
    await stop();
    await untilNoneIsOpen(heard.changes);
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  const address = `127.0.0.1:${port}/graphql`;
  const waitingBytes = () => [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
  return {
    http: `http://${address}`,
    ws: `ws://${address}`,
    port,
    changes: heard.changes,
    connections: () => sockets.size,
    subscribers: () => server.subscribers(),
    waitingBytes,
    cut,
    stop,
  };
}

/** The events of a subscription so far, and how it ended. */
export type Heard<Event> = {
  readonly events: Event[];
  readonly errors: unknown[];
  completed: boolean;
  /** Resolves when `is` is true of the events; fails when it never is. */
  until(is: (events: readonly Event[]) => boolean): Promise<readonly Event[]>;
  untilCompleted(): Promise<readonly Event[]>;
  stop(): void;
};

export type Request = { readonly query: string; readonly variables?: Record<string, unknown> };
type Result = { readonly data?: unknown; readonly errors?: readonly unknown[] | undefined };
type Sink = { next(result: Result): void; error(error: unknown): void; complete(): void };

/** Collects what a client's subscription delivers, until the test ends: each event is the answer's `data`. */
export function gather<Event>(subscribe: (sink: Sink) => () => void): Heard<Event> {
  const heard: Heard<Event> = {
    events: [],
    errors: [],
    completed: false,
    until: async (is) => {
      await eventually(
        () => is(heard.events),
        () => JSON.stringify(heard).slice(0, 2_000),
      );
      return heard.events;
    },
    untilCompleted: async () => {
      await eventually(
        () => heard.completed,
        () => JSON.stringify(heard).slice(0, 2_000),
      );
      return heard.events;
    },
    stop: () => stop(),
  };
  const stop = subscribe({
    next: ({ data, errors }) => {
      if (errors) heard.errors.push(...errors);
      if (data) heard.events.push(data as Event);
    },
    error: (error) => {
      heard.errors.push(error);
      heard.completed = true;
    },
    complete: () => {
      heard.completed = true;
    },
  });
  onTestFinished(stop);
  return heard;
}

/** Waits until a condition is true; fails when it never is. */
export async function eventually(holds: () => boolean, describe: () => string = () => ''): Promise<void> {
  for (const end = Date.now() + patienceMs; !holds(); await sleep(5)) {
    if (Date.now() > end) throw new Error(`still not so after ${patienceMs / 1_000} s: ${describe()}`);
  }
}

/** Clients that reconnect at once. */
export function sseClient(live: Pick<Live, 'http'>) {
  const client = createSseClient({ url: live.http, retryAttempts: 100, retry: () => sleep(50) });
  afterwards(() => client.dispose());
  return client;
}

export function wsClient(live: Pick<Live, 'ws'>) {
  const client = createWsClient({
    url: live.ws,
    webSocketImpl: WebSocket,
    retryAttempts: 100,
    retryWait: () => sleep(50),
    shouldRetry: () => true,
  });
  afterwards(() => void client.dispose());
  return client;
}

/** Follows a subscription over server-sent events. */
export const followSse = <Event>(live: Live, request: Request): Heard<Event> => {
  const client = sseClient(live);
  return gather((sink) => client.subscribe(request, sink as never));
};

/** Follows a subscription over a WebSocket. */
export const followWs = <Event>(live: Live, request: Request): Heard<Event> => {
  const client = wsClient(live);
  return gather((sink) => client.subscribe(request, sink as never));
};

/** Waits until this many subscriptions listen. */
export const untilListening = (live: Live, count: number): Promise<void> =>
  eventually(
    () => live.changes.count() === count,
    () => `${live.changes.count()} listeners`,
  );

export const globalId = (type: string, id: string | number): string =>
  Buffer.from(`${type}:${id}`).toString('base64');
