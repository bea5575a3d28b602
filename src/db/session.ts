import { Socket } from 'node:net';
import { platform } from 'node:os';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type postgres from 'postgres';
import { endWhenSilent } from './socket.ts';
import type { Sockets } from './sockets.ts';

/**
 * How long a transaction may be idle between two statements, and how long a statement waits for a lock. A frozen worker
 * holds its stream no longer than the first; the longest legitimate pause, computing a page's rows, is a few seconds. A
 * statement that waits longer than the second is tried again.
 */
const idleInTransactionMs = 20_000;
const lockMs = 20_000;
/** Migrations wait for each other without a limit, but not for one whose process is frozen. */
const idleMigrationMs = 60_000;
const connectSeconds = 10;
const keepAliveSeconds = 10;

/** Makes Postgres notice within 25 s that a client's machine is lost without a goodbye. */
const keepAlive = {
  tcp_keepalives_idle: keepAliveSeconds,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  // Elsewhere Postgres would only log that it does not support this. The server mostly runs on the same system as its
  // clients.
  ...(platform() === 'linux' ? { tcp_user_timeout: 25_000 } : {}),
};

/**
 * For all sessions. The zone decides the length of `interval '1 day'`, and the server's default may change its clocks.
 * Postgres compiles statements that it expects to be expensive. It takes functions that return rows for far larger than
 * they are: a statement of 40 ms took 340, nearly all of it compiling.
 */
const every = { ...keepAlive, TimeZone: 'UTC', jit: 'off' };

/** For sessions that read and write. */
const working = {
  ...every,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  lock_timeout: lockMs,
};

/** For sessions that migrate: their statements have no limit. */
const migrating = {
  ...every,
  idle_in_transaction_session_timeout: idleMigrationMs,
  idle_session_timeout: idleMigrationMs,
};

/** For sessions that hold a lock or listen, and are idle while their process lives. */
const waiting = every;

const limits = { working, migrating, waiting };
type Purpose = keyof typeof limits;

/** The options of a postgres.js client, and the purpose of its sessions. */
export type ClientOptions = postgres.Options<Record<string, never>> & {
  readonly purpose: Purpose;
  readonly applicationName?: string | undefined;
  /** How long a reply may take before the connection counts as lost; by default without a limit. */
  readonly silentMs?: number;
  /** Called with the socket of each new connection. */
  readonly onSocket?: (socket: Duplex) => void;
};

/** Returns the options of a postgres.js client for a purpose. */
export const sessionOptions = (purpose: Purpose, applicationName = 'larkstat') => ({
  connect_timeout: connectSeconds,
  keep_alive: keepAliveSeconds,
  // In seconds. The default grows to 20: after an outage everything waited that long.
  backoff: () => 0.1,
  onnotice: () => {},
  connection: { ...limits[purpose], application_name: applicationName },
});

/**
 * Survives the loss of its connection. All requests fail then, but without a listener for the event, as in BullMQ's own
 * transactions, it would end the process.
 */
class SteadyClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}

/** Longer than any of BullMQ's statements takes, and than it waits for a lock. */
const pgSilentMs = 30_000;

/** The same for `pg`, which BullMQ uses. The caller closes the sockets after its clients. */
export const pgOptions = (purpose: Purpose, sockets: Sockets) => ({
  Client: SteadyClient,
  stream: () => {
    const socket = sockets.keep(new Socket());
    // Not earlier: `connect` resets an overridden `write`.
    if (purpose === 'working') socket.once('connect', () => endWhenSilent(socket, pgSilentMs));
    return socket;
  },
  connectionTimeoutMillis: connectSeconds * 1_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveSeconds * 1_000,
  options: Object.entries(limits[purpose])
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' '),
});
