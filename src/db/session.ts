import { Socket } from 'node:net';
import { platform } from 'node:os';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type postgres from 'postgres';
import { endWhenSilent } from './socket.ts';
import type { Sockets } from './sockets.ts';

/**
 * How long a transaction may stand still between two statements, and how long a statement waits for a lock. A worker
 * that is frozen holds its stream no longer than the first; the longest honest pause, the making of a page's rows, is
 * a few seconds. Whoever waits for it longer than the second tries again.
 */
const idleInTransactionMs = 20_000;
const lockMs = 20_000;
/** Migrations wait for each other, however long one takes, but not for one whose process is frozen. */
const idleMigrationMs = 60_000;
const connectSeconds = 10;
const keepAliveSeconds = 10;

/** Has Postgres find out within 25 s that a client's machine is gone, though nobody said goodbye. */
const keepAlive = {
  tcp_keepalives_idle: keepAliveSeconds,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  // Elsewhere Postgres would only log that it cannot. The server mostly runs where its clients do.
  ...(platform() === 'linux' ? { tcp_user_timeout: 25_000 } : {}),
};

/** Of every session. The zone decides how long `interval '1 day'` is, and the server's own may set its clocks. */
const every = { ...keepAlive, TimeZone: 'UTC' };

/** Of sessions that read and write. */
const working = {
  ...every,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  lock_timeout: lockMs,
};

/** Of sessions that migrate: a statement may wait and work as long as it has to. */
const migrating = {
  ...every,
  idle_in_transaction_session_timeout: idleMigrationMs,
  idle_session_timeout: idleMigrationMs,
};

/** Of sessions that hold a lock or listen, and are idle for as long as their process lives. */
const waiting = every;

const limits = { working, migrating, waiting };
type Purpose = keyof typeof limits;

/** The options of a postgres.js client, and the purpose of its sessions. */
export type ClientOptions = postgres.Options<Record<string, never>> & {
  readonly purpose: Purpose;
  readonly applicationName?: string | undefined;
  /** How long an answer may take before the connection counts as lost; for as long as it likes by default. */
  readonly silentMs?: number;
  /** Called with the socket of each new connection. */
  readonly onSocket?: (socket: Duplex) => void;
};

/** The options of a postgres.js client, by what its sessions are for. */
export const sessionOptions = (purpose: Purpose, applicationName = 'larkstat') => ({
  connect_timeout: connectSeconds,
  keep_alive: keepAliveSeconds,
  // Seconds. The default grows to 20: for as long everything waited after an outage was over.
  backoff: () => 0.1,
  onnotice: () => {},
  connection: { ...limits[purpose], application_name: applicationName },
});

/**
 * Outlives the loss of its connection: whatever was asked fails by it, but where nobody listens for the event as well,
 * as in the middle of BullMQ's own transactions, that would end the process.
 */
class SteadyClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}

/** Longer than any statement of BullMQ's takes, and than it waits for a lock. */
const pgSilentMs = 30_000;

/** The same for `pg`, which BullMQ uses. Its sockets are the caller's to close, after its clients. */
export const pgOptions = (purpose: Purpose, sockets: Sockets) => ({
  Client: SteadyClient,
  stream: () => {
    const socket = sockets.keep(new Socket());
    // Not before: `connect` takes what is put over `write` away.
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
