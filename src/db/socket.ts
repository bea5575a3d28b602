import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Sockets } from './sockets.ts';

/** The argument of postgres.js' `socket` option, which its types lack. */
export type Target = {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
};

type SocketOptions = {
  /** How long a reply may take before the connection counts as lost; 0 is without a limit. */
  readonly silentMs: number;
  readonly sockets: Sockets;
};

/** The time limit for a host that does not respond: the system would try for two minutes. */
const connectMs = 10_000;

/**
 * Connects without Nagle's algorithm, to the first host that accepts. A COPY ends with a small packet. Node would hold
 * it back until the one before is acknowledged, which the other side delays by 40 ms: a batch of ten posts with three
 * COPYs took 280 ms instead of 30.
 */
export async function connectAtOnce(
  { host, port, path }: Target,
  { silentMs, sockets }: SocketOptions,
): Promise<Duplex> {
  // An ended client must not connect: postgres.js would continue earlier attempts.
  if (sockets.isClosed) return new Promise(() => {});
  let failure: unknown = new Error('No host to connect to');
  const open = (socket: Socket) => opened(sockets.keep(socket), silentMs);
  if (path) return open(connect(path)).catch(broken);
  for (const [index, name] of host.entries()) {
    try {
      const socket = connect({ host: name, port: port[index] ?? 5432, noDelay: true });
      return Object.assign(await open(socket), { host: name, port: port[index] });
    } catch (error) {
      failure = error;
    }
  }
  return broken(failure);
}

/**
 * A socket that fails at the first write. postgres.js forgets a connection that gets no socket: when an outage had as
 * many attempts as the pool has connections, every later query waited for ever.
 */
function broken(failure: unknown): Duplex {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(error) });
}

function opened(socket: Socket, silentMs: number): Promise<Socket> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => socket.destroy(timedOut('connect')), connectMs);
    const onError = (error: Error) => {
      clearTimeout(timer);
      failed(error);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      corkUntilNextTick(socket);
      if (silentMs > 0) endWhenSilent(socket, silentMs);
      done(socket);
    });
  });
}

/**
 * Sends all writes of one turn together. postgres.js writes statements one by one, and each write wakes the other side:
 * for a batch of five posts that took a sixth of the process's time.
 */
function corkUntilNextTick(socket: Socket): void {
  const write = socket.write;
  let isWaiting = false;
  const send = () => {
    isWaiting = false;
    socket.uncork();
  };
  socket.write = ((...args: Parameters<typeof write>) => {
    if (!isWaiting) {
      isWaiting = true;
      socket.cork();
      process.nextTick(send);
    }
    return write.apply(socket, args);
  }) as typeof write; // safe: it takes what the other takes
}

/**
 * Destroys a connection that gets no data for so long after a write: a network may drop packets without a notice, and
 * the system would wait a quarter of an hour. (Not with TLS, which does not use this `write`.)
 */
export function endWhenSilent(socket: Socket, silentMs: number): void {
  const write = socket.write;
  let timer: NodeJS.Timeout | undefined;
  const stopTimer = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  socket.write = ((...args: Parameters<typeof write>) => {
    timer ??= setTimeout(() => socket.destroy(timedOut('read')), silentMs).unref();
    return write.apply(socket, args);
  }) as typeof write; // safe: it takes what the other takes
  socket.on('data', stopTimer).once('close', stopTimer);
}

const timedOut = (syscall: string): Error =>
  Object.assign(new Error(`${syscall} ETIMEDOUT: the database does not answer`), {
    code: 'ETIMEDOUT',
    syscall,
  });
